"""Events taken by a project: from a webhook and from files."""

from __future__ import annotations

import base64
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.domain.delivery import CampaignEvent, DeliveryState
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.errors import UsageError
from newsletter.events.neutral import sign
from newsletter.project import FixedClock, Project
from newsletter.project.issues.starting import start_newsletter
from newsletter.protocols import EventRefused
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members, of

KEY = b"a key of thirty-two bytes, no less"
MOMENT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a newsletter with a campaign of three readers, all unknown, and their deliveries."""
    root = tmp_path_factory.mktemp("events") / "letters"
    start_newsletter(root, name="Letters", lang="en", today=MOMENT.date())
    with (root / "newsletter.toml").open("a") as file:
        file.write('\n[events]\nsecret = "env:EVENTS"\n')
    with Project.open(root, environment={}) as project:
        ledger = project.store.ledger
        ledger.plan(a_campaign(), members(3))
        ledger.change("c1", CampaignEvent.RUN)
        (batch,) = ledger.batches("c1")
        ledger.intend(batch, an_attempt(batch))
        ledger.settle(an_attempt(batch), Submission(outcome=of(OutcomeKind.UNKNOWN)), NOW)
        return root, [row.delivery_id for row in ledger.deliveries("c1")]


@pytest.fixture
def root(made, tmp_path, monkeypatch):
    monkeypatch.setenv("EVENTS", base64.b64encode(KEY).decode())
    return shutil.copytree(made[0], tmp_path / "letters")


def row(made, number: int, kind: str = "delivered", **more: object) -> dict[str, object]:
    return {
        "id": f"{number}{kind}",
        "event": kind,
        "at": "2026-11-24T09:31:00Z",
        "delivery": made[1][number],
        "attempt": "c1.1.1",
        **more,
    }


def counts(root: Path) -> dict[str, int]:
    with Project.open(root, environment={}) as project:
        return {str(state): number for state, number in project.sending.summary("c1").counts.items()}


def take(root: Path, *files: Path, **options):
    with Project.open(root, environment={}) as project:
        return project.events.import_files(files, **options)


def test_a_report_from_the_network_is_verified_read_and_applied(made, root):
    body = json.dumps([row(made, 0)]).encode()
    moment = str(int(MOMENT.timestamp()))
    signed = {
        "webhook-id": "m",
        "webhook-timestamp": moment,
        "webhook-signature": sign(KEY, "m", moment, body),
    }
    with Project.open(root, environment={}, clock=FixedClock(MOMENT)) as project:
        with pytest.raises(EventRefused):
            project.events.take("json", signed, body + b"\n")
        refused = project.sending.summary("c1").counts
        taken = project.events.take("json", signed, body)

    assert refused == {DeliveryState.UNKNOWN: 3}
    assert (taken.new, taken.proven) == (1, 1)
    assert counts(root) == {"accepted": 1, "unknown": 2}


def test_files_hold_bodies_whole_or_one_on_each_line(made, root, tmp_path):
    whole, lines = tmp_path / "whole.json", tmp_path / "lines.jsonl"
    whole.write_text(json.dumps([row(made, 0)], indent=2))
    lines.write_text(f"{json.dumps(row(made, 1))}\r\n\n{json.dumps([row(made, 2)])}\n")

    taken = take(root, whole, lines)

    assert (taken.read, taken.proven) == (3, 3)
    assert counts(root) == {"accepted": 3}


def test_sendgrids_own_report_is_known_among_others(made, root, tmp_path):
    file = tmp_path / "sendgrid.json"
    told = {"event": "delivered", "timestamp": 1795512660, "sg_event_id": "x", "nl_d": made[1][0]}
    file.write_text(json.dumps([{**told, "email": "r1@brief.example", "nl_a": "c1.1.1"}]))

    assert take(root, file).proven == 1


def test_a_fault_in_one_line_is_told_with_its_place_and_nothing_is_taken(made, root, tmp_path):
    lines = tmp_path / "lines.jsonl"
    lines.write_text(f'{json.dumps(row(made, 0))}\n{{"id": 1}}\n{{broken\n{json.dumps(row(made, 1, "x"))}\n')

    with pytest.raises(UsageError) as refused:
        take(root, lines, tmp_path / "gone.json")

    assert [str(problem.place).removeprefix(str(tmp_path)) for problem in refused.value.problems] == [
        "/lines.jsonl:2",
        "/lines.jsonl:3",
        "/lines.jsonl:4",
        "/gone.json",
    ]
    assert counts(root) == {"unknown": 3}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "there is nothing in it"),
        ("{}".encode("utf-16"), "this is not UTF-8"),
        (b"\xff\x00", "this is no JSON"),
        (b"[" * 100_000, "this is no JSON"),
        (b"7", "no report of events"),
    ],
)
def test_what_is_no_report_is_told(root, tmp_path, data, said):
    file = tmp_path / "f.json"
    file.write_bytes(data)

    with pytest.raises(UsageError, match=said):
        take(root, file)


def test_a_dry_run_changes_nothing(made, root, tmp_path):
    file = tmp_path / "f.json"
    file.write_text(json.dumps(row(made, 0)))

    taken = take(root, file, is_trial=True)

    assert taken.proven == 1
    assert counts(root) == {"unknown": 3}


def test_a_reader_that_is_not_there_is_told_with_those_that_are(root, tmp_path):
    with pytest.raises(UsageError, match='no event reader "jsno"'):
        take(root, tmp_path / "f.json", provider="jsno")
