"""Where everybody stands decides with which error a command ends."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsletter.delivery.summary import Summary
from newsletter.domain.campaign import Campaign, Digests
from newsletter.domain.delivery import CampaignState, DeliveryState
from newsletter.domain.held import WHY_HELD


def summary(state: str, **counts: int) -> Summary:
    campaign = Campaign(
        id="c1",
        issue="herfst",
        issue_path="issues/herfst.md",
        segment="tag:all",
        provider="smtp",
        sender="an@brief.example",
        digests=Digests(content="", template="", config="", audience=""),
        state=CampaignState(state),
        total=sum(counts.values()),
        created_at=datetime(2026, 11, 24, tzinfo=UTC),
        reason="the key is not valid" if state == "halted" else None,
    )
    return Summary(campaign=campaign, counts={DeliveryState(name): number for name, number in counts.items()})


@pytest.mark.parametrize(
    ("state", "counts", "code"),
    [
        ("finished", {"accepted": 12}, 0),
        ("finished", {"accepted": 11, "suppressed": 1}, 0),
        ("finished", {"suppressed": 1}, 0),
        ("finished", {"accepted": 11, "unknown": 1}, 4),
        ("finished", {"accepted": 11, "rejected": 1}, 4),
        ("paused", {"accepted": 5, "pending": 7}, 4),
        ("running", {"accepted": 5, "submitting": 7}, 4),
        ("planned", {"pending": 12}, 4),
        ("halted", {"accepted": 5, "pending": 7}, 5),
        ("cancelled", {"accepted": 5, "cancelled": 7}, 4),
    ],
)
def test_the_exit_code_says_whether_anybody_is_left(state, counts, code):
    assert summary(state, **counts).exit_code == code


def test_all_problems_are_told_at_once_with_what_to_type():
    text = str(summary("paused", accepted=5, pending=3, unknown=2, rejected=1).error())

    assert "paused; 3 not mailed yet" in text
    assert "newsletter resume c1" in text
    assert "2 unknown: they may or may not have it" in text
    assert "newsletter resolve c1" in text
    assert "1 refused by the provider for good" in text
    assert "newsletter status c1" in text


def test_a_halt_tells_what_the_provider_said():
    text = str(summary("halted", pending=3).error())

    assert "the key is not valid" in text


@pytest.mark.parametrize("why", sorted(WHY_HELD))
def test_a_campaign_held_for_an_older_ledger_says_why_once_and_not_that_nobody_answered(why):
    held = summary("halted", accepted=5, unknown=2)

    text = str(replace(held, campaign=replace(held.campaign, reason=why)).error())

    assert (text.count(why), "did not answer" in text) == (1, False)


def test_a_cancelled_campaign_is_not_told_to_resume():
    assert "resume" not in str(summary("cancelled", cancelled=3).error())


def test_nobody_is_told_to_resume_what_workers_send():
    lines = str(replace(summary("running", accepted=5, submitting=3, pending=4), workers=2).error())

    assert "7 not mailed yet, and 2 workers send them" in lines
    assert "newsletter pause c1" in lines
    assert "resume" not in lines


@pytest.mark.parametrize(("state", "workers"), [("running", 0), ("paused", 2)])
def test_what_nobody_sends_is_resumed(state, workers):
    lines = str(replace(summary(state, accepted=5, pending=7), workers=workers).error())

    assert "go on with: newsletter resume c1" in lines
