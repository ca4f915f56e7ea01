"""What is shown of somebody's consent, and that nobody can touch it unseen."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli
from newsletter.cli._boundary import run as run_command
from newsletter.domain.consent import ConsentKind, Origin
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.project.people.consent_history import consent_history
from newsletter.testing.fake_clock import FakeClock

LIST = (
    "email,status,source,confirmed\n"
    "anna@brief.example,active,beurs,2025-01-02\n"
    "weg@brief.example,unsubscribed,,\n"
)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\nlang = "nl"\n')
    (tmp_path / "list.csv").write_text(LIST)
    with Project.open(tmp_path, clock=FakeClock()) as project:
        yield project


def bring_in(project):
    plan = project.imports.plan(project.config.root / "list.csv")
    project.imports.apply(plan, lambda _done: None)


def tamper(project, *statements):
    path = project.store.database.path
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def shown(project, email):
    return [(one.event.kind, one.is_sound) for one in consent_history(project, email)]


def test_an_import_is_one_event_that_holds_for_everybody_it_put_on_the_list(project):
    bring_in(project)

    found = consent_history(project, "ANNA@brief.example")
    assert [(one.event.kind, one.is_sound) for one in found] == [(ConsentKind.IMPORTED, True)]
    assert found[0].personal.source.endswith("list.csv")
    assert "the source and date the list has now are those of the file" in found[0].proof
    assert shown(project, "weg@brief.example") == []
    assert project.consent.faults() == []


def test_an_import_that_was_taken_back_says_so(project):
    bring_in(project)
    project.imports.undo()

    assert shown(project, "anna@brief.example") == [
        (ConsentKind.IMPORTED, True),
        (ConsentKind.IMPORT_UNDONE, True),
    ]
    assert project.consent.faults() == []


def test_who_is_added_by_hand_comes_with_the_authors_word(project):
    project.consent.add("Bob@brief.example", source="op papier, 4 september", tags=["gemeente"])

    (found,) = consent_history(project, "bob@brief.example")
    assert (found.event.kind, found.personal.source) == (ConsentKind.ADDED, "op papier, 4 september")
    with pytest.raises(UsageError, match="on the list already"):
        project.consent.add("bob@brief.example", source="nog eens")


def test_who_left_is_not_added_again_by_hand(project):
    bring_in(project)

    with pytest.raises(UsageError, match="never mailed: unsubscribed"):
        project.consent.add("weg@brief.example", source="belde mij op")


def test_leaving_by_any_way_is_an_event_once(project):
    project.consent.add("bob@brief.example", source="op papier")
    project.audience.unsubscribe("bob@brief.example")
    project.audience.unsubscribe("bob@brief.example")

    assert [kind for kind, _ in shown(project, "bob@brief.example")] == [
        ConsentKind.ADDED,
        ConsentKind.WITHDRAWN,
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_event SET purpose = 'x'",
        "DELETE FROM consent_event",
        "UPDATE consent_personal SET email = 'x'",
        "UPDATE consent_wording SET text = 'x'",
        "DELETE FROM consent_roll",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(project, statement):
    project.consent.request("bob@brief.example", lang="nl", origin=Origin(source="form"))
    bring_in(project)

    with pytest.raises(sqlite3.IntegrityError, match="only added to"):
        tamper(project, statement)


def test_somebody_who_takes_the_locks_off_is_seen_at_the_first_broken_event(project):
    for name in ("anna", "bob", "carl"):
        project.consent.add(f"{name}@brief.example", source="op papier")

    tamper(
        project,
        "DROP TRIGGER consent_event_no_update",
        "UPDATE consent_event SET kind = 'confirmed' WHERE id = 2",
    )

    assert project.consent.faults()[0].event_id == 2
    assert shown(project, "bob@brief.example") == [(ConsentKind.CONFIRMED, False)]


def test_an_end_that_is_cut_off_is_seen_by_the_file_of_heads(project):
    for name in ("anna", "bob", "carl"):
        project.consent.add(f"{name}@brief.example", source="op papier")

    tamper(
        project,
        "DROP TRIGGER consent_event_no_delete",
        "DELETE FROM consent_personal WHERE event_id = 3",
        "DELETE FROM consent_event WHERE id = 3",
    )

    assert [fault.event_id for fault in project.consent.faults()] == [3]


def test_a_broken_file_of_heads_is_told_with_its_line(project):
    project.consent.add("anna@brief.example", source="op papier")
    heads = Path(project.store.consent.heads_path)
    heads.write_bytes(heads.read_bytes() + b"\xff\x00 nonsense\n")

    (fault,) = project.consent.faults()

    assert fault.what == "newsletter.db.consent-heads:2 cannot be read"


def invoke(project, *arguments):
    return CliRunner().invoke(cli, ["-C", str(project.config.root), "subscribers", *arguments])


def test_the_command_shows_each_event_with_its_words_and_ends_well(project):
    project.consent.request("anna@brief.example", lang="nl", origin=Origin(source="form", ip="192.0.2.7"))

    told = invoke(project, "consent", "anna@brief.example")
    as_json = invoke(project, "consent", "anna@brief.example", "--json")
    verified = invoke(project, "consent", "--verify")

    assert (told.exit_code, as_json.exit_code, verified.exit_code) == (0, 0, 0)
    assert "requested" in told.output
    assert "from: 192.0.2.7" in told.output
    assert "    | Ik wil Brief per e-mail ontvangen." in told.output
    assert json.loads(as_json.stdout)[0]["wording"] == "subscribe.nl"
    assert "The log is whole: 1 event, the newest is " in verified.output


def test_the_command_ends_with_1_when_the_log_is_broken(project):
    project.consent.add("anna@brief.example", source="op papier")
    tamper(
        project, "DROP TRIGGER consent_personal_no_update", "UPDATE consent_personal SET source = 'anders'"
    )

    assert invoke(project, "consent", "--verify").exit_code == 1
    assert invoke(project, "consent", "anna@brief.example").exit_code == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["consent"], "name an address, or add --verify"),
        (["consent", "a@b.example", "--verify"], "name an address, or add --verify"),
        (["consent", "nobody"], '"nobody" is not an address'),
        (["add", "nobody", "--source", "x"], '"nobody" is not an address'),
        (["add", "bob@brief.example"], "say how you know that they want it"),
        (["add", "bob@brief.example", "--source", "  "], "say how you know that they want it"),
    ],
)
def test_a_slip_is_told_with_what_to_type(project, monkeypatch, capsys, arguments, said):
    project.store.subscribers.counts()
    monkeypatch.setattr("sys.argv", ["newsletter", "-C", str(project.config.root), "subscribers", *arguments])

    assert run_command(cli) == 2
    assert said in capsys.readouterr().err
