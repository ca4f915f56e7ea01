"""A newsletter whose list is in PostgreSQL: the same commands, from an empty database to a report."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import true

from newsletter.cli import cli
from newsletter.domain.lease import Lease
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.errors import AnotherRunner, NewsletterError
from newsletter.project import Project
from newsletter.store.readers.subscribers import pages_where
from newsletter.testing.ledger_samples import an_attempt, of

CONFIG = """
[newsletter]
name = "Brief"
lang = "nl"
postal_address = "Postbus 1, 1000 AA Amsterdam"
base_url = "https://brief.example"
[sender]
from = "Renata <renata@brief.example>"
[fields.name]
fallback = "lezer"
[segments.everyone]
where = "status:active"
[store]
url = "env:NEWSLETTER_TEST_DATABASE"
"""
ISSUE = """---
subject: Dag {{ name }}
slug: herfst
segment: everyone
---
Beste {{ name }},

Een brief.

Groet, Renata
"""
READERS = "email,name,tags,lang\nJan@Gemeente.example,Kroonenberg,woo,nl\neva@waterschap.example,Eva,,nl\n"


@pytest.fixture
def root(tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEWSLETTER_TEST_DATABASE", postgres_url)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "issues").mkdir()
    (tmp_path / "issues" / "herfst.md").write_text(ISSUE)
    (tmp_path / "newsletter.toml").write_text(CONFIG)
    (tmp_path / "readers.csv").write_text(READERS)
    return tmp_path


def _run(*words: str, exit_code: int = 0) -> str:
    """Run a command; return what it wrote to stdout, or what its error says."""
    result = CliRunner().invoke(cli, words)
    error = result.exception
    if isinstance(error, NewsletterError):
        assert error.exit_code == exit_code, error
        return str(error)
    assert result.exit_code == exit_code, result.output
    return result.stdout


def _sent(root: Path) -> None:
    _run("subscribers", "import", "readers.csv", "--apply")
    _run("check", "issues/herfst.md")
    _run("send", "issues/herfst.md", "--yes")


def _rows(url: str) -> str:
    """Return every row of every table, as text."""
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return "\n".join(
            row[0]
            for (name,) in tables
            for row in connection.execute(f'SELECT t::text FROM "{name}" AS t'.encode())
        )


def test_a_letter_goes_all_the_way_from_a_list_to_a_report(root: Path) -> None:
    _sent(root)

    deliveries = [json.loads(line) for line in _run("status", "--json", "--deliveries").splitlines() if line]
    listed = _run("subscribers", "export")
    assert {(one["email"], one["state"]) for one in deliveries} == {
        ("Jan@gemeente.example", "accepted"),
        ("eva@waterschap.example", "accepted"),
    }
    assert len(list((root / "outbox").rglob("*.eml"))) == 2
    assert "Jan@gemeente.example,active,nl,woo" in listed
    assert json.loads(_run("report", "--json"))
    assert _run("segments", "count", "received:last1 -name:eva").strip() == "1"
    assert "nobody is mailed the same issue twice" in _run("send", "issues/herfst.md", "--yes", exit_code=5)


def test_an_import_is_taken_back(root: Path) -> None:
    _run("subscribers", "import", "readers.csv", "--apply")

    _run("subscribers", "undo")

    assert _run("segments", "count", "status:active").strip() == "0"


def test_a_list_is_fetched_a_page_at_a_time_however_long_it_is(root: Path, postgres_url: str) -> None:
    _run("subscribers", "import", "readers.csv", "--apply")

    with Project.open(root) as project:
        pages = pages_where(project.store.database, lambda _selector: true())
        page = next(pages)
        with psycopg.connect(postgres_url) as beside:
            asked = beside.execute(
                "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^FETCH'"
            ).fetchall()
        pages.close()

    assert asked
    assert list(page.emails) == ["Jan@gemeente.example", "eva@waterschap.example"]


def test_who_is_forgotten_is_in_no_row_any_more(root: Path, postgres_url: str) -> None:
    _sent(root)
    _run("subscribers", "unsubscribe", "jan@gemeente.example")
    before = _rows(postgres_url).lower()

    _run("subscribers", "forget", "jan@gemeente.example", "--yes")

    after = _rows(postgres_url).lower()
    assert "jan@gemeente.example" in before
    assert "kroonenberg" in before
    assert "jan@gemeente.example" not in after
    assert "kroonenberg" not in after
    assert "eva@waterschap.example" in after


@pytest.mark.parametrize("change", ["UPDATE consent_event SET purpose = 'x'", "DELETE FROM consent_event"])
def test_the_log_of_consent_refuses_to_be_changed(root: Path, postgres_url: str, change: str) -> None:
    _run("subscribers", "import", "readers.csv", "--apply")

    with psycopg.connect(postgres_url) as connection, pytest.raises(psycopg.Error, match="only added to"):
        connection.execute(change.encode())


def test_the_doctor_looks_at_the_server(root: Path) -> None:
    _run("subscribers", "import", "readers.csv", "--apply")

    told = CliRunner().invoke(cli, ["doctor", "machine"]).output

    assert "PostgreSQL" in told
    assert "UTF8" in told
    assert "server-forgets" in told  # the server of the tests puts nothing on disk


def test_the_doctor_tells_of_a_server_that_is_not_there(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NEWSLETTER_TEST_DATABASE", f"postgresql:///news?host={tmp_path}")

    told = CliRunner().invoke(cli, ["doctor", "all"]).output
    refused = _run("status", exit_code=6)

    assert "server-unfit" in told
    assert "cannot be reached" in refused


def test_a_backup_is_made_and_read_again(root: Path) -> None:
    _run("subscribers", "import", "readers.csv", "--apply")

    made = Path(_run("backup").splitlines()[0])
    assert made.suffix == ".zip"
    assert made.stat().st_size > 1_000


def test_a_letter_is_corrected_once_nothing_of_it_is_under_way_at_a_worker(root: Path) -> None:
    _run("subscribers", "import", "readers.csv", "--apply")
    _run("check", "issues/herfst.md")
    anna = Lease(worker="anna", length=timedelta(hours=1))
    with Project.open(root) as project:
        prepared = project.sending.prepare(root / "issues/herfst.md")
        clearance = project.gate.judge(root / "issues/herfst.md", prepared.plan.segment).require()
        faulty = project.sending.queue(project.sending.freeze(prepared, clearance).id)
        leases = project.store.leases
        batch = leases.claim(faulty.id, anna)
        assert batch is not None
        leases.intend(batch, an_attempt(batch), (), anna)

        with pytest.raises(AnotherRunner, match="2 readers"):
            project.correcting.stop(faulty, wait_s=0)
        leases.settle(an_attempt(batch), Submission(outcome=of(OutcomeKind.NOT_SENT)))
        project.correcting.stop(faulty, wait_s=0)

        assert project.store.corrections.standing(faulty.id).unmailed == 2
