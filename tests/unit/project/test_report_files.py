"""`newsletter report --html` and `--tables`: files, and what is said when they cannot be made."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members, of

CONFIG = '[newsletter]\nname = "Brief"\nlang = "nl"\n[sender]\nfrom = "an@brief.example"\n'


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "newsletter.toml").write_text(CONFIG, "utf-8")
    with Project.open(tmp_path) as project:
        ledger = project.store.ledger
        ledger.plan(a_campaign("c1", batch_size=12), members(12))
        ledger.change("c1", CampaignEvent.RUN)
        [batch] = ledger.batches("c1")
        ledger.intend(batch, an_attempt(batch))
        ledger.settle(an_attempt(batch), Submission(outcome=of(OutcomeKind.ACCEPTED)), NOW)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _report(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["report", *arguments])


def test_the_page_is_named_after_the_letter_and_in_the_newsletters_language(root):
    result = _report("--html")

    assert result.exit_code == 0, result.output
    assert "report-herfst.html" in result.stderr
    assert "wat ervan terechtkwam" in (root / "report-herfst.html").read_text("utf-8")


def test_page_tables_and_json_have_the_same_figures(root):
    page = _report("c1", "--html", "-").stdout
    _report("--tables", "figures")
    rows = list(csv.DictReader((root / "figures" / "domains.csv").read_text("utf-8").splitlines()))
    told = json.loads(_report("--json").stdout)

    assert "brief.example" in page
    assert [(row["domain"], row["accepted"]) for row in rows] == [("brief.example", "12")]
    assert [(row["domain"], row["accepted"]) for row in told["domains"]] == [("brief.example", 12)]
    assert sorted(path.stem for path in (root / "figures").iterdir()) == sorted(
        ["timeline", "domains", "why", "reply_times", "parts", "kinds", "letters"]
    )


def test_all_letters_have_a_page(root):
    page = _report("--all", "--html", "-").stdout

    assert "Brief: alle brieven" in page
    assert "herfst" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--html", "c1"), "newsletter report c1 --html"),
        (("--html", "--json"), "go without --json"),
        (("--all",), "newsletter report --all --html"),
        (("--open",), "newsletter report --html --open"),
        (("--html", "nowhere/page.html"), "cannot be written"),
        (("--tables", "newsletter.toml/x"), "cannot be written"),
    ],
)
def test_what_does_not_go_is_told_with_what_to_type(root, arguments, said):
    result = _report(*arguments)

    assert isinstance(result.exception, UsageError)
    assert said in repr(result.exception)
