"""Unknown deliveries are settled by evidence, else by the operator's word."""

from __future__ import annotations

import pytest
from delivery_world import CAMPAIGN, World

from newsletter.delivery.resolve import Choice, gather_evidence, resolve, settle_unasked
from newsletter.domain.delivery import CampaignEvent
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import UsageError
from newsletter.testing.scripted_provider import (
    Turn,
    lose_answer,
    lose_request,
)


class Crash(BaseException):
    """The process dies here."""


def crash() -> None:
    raise Crash


@pytest.fixture
def world(tmp_path):
    world = World(root=tmp_path)
    world.plan()
    yield world
    world.store.close()


def test_another_provider_cannot_take_over_a_campaign(world):
    world.provider.name = "other"

    with pytest.raises(UsageError, match='planned for provider "scripted"'):
        world.run()
    with pytest.raises(UsageError, match="--provider scripted"):
        gather_evidence(CAMPAIGN, world.outlet, world.clock)
    with pytest.raises(UsageError, match="--provider scripted"):
        resolve(CAMPAIGN, world.outlet, Choice.RETRY, world.clock)


def test_the_operator_can_have_unknown_ones_sent_again_knowing_how_many(world):
    world.run(lose_answer())

    looked = gather_evidence(CAMPAIGN, world.outlet, world.clock)
    resolved = resolve(CAMPAIGN, world.outlet, Choice.RETRY, world.clock)
    between = world.counts()
    world.run()

    assert (looked.unknown, looked.moved) == (5, 0)
    assert (resolved.unknown, resolved.moved) == (0, 5)
    assert between == {"accepted": 7, "pending": 5}
    assert world.counts() == {"accepted": 12}
    assert sorted(world.provider.record.emails().values()) == [1] * 7 + [2] * 5


@pytest.mark.parametrize("choice", list(Choice))
def test_who_was_lost_while_the_question_was_read_is_not_decided_about(world, choice):
    world.run(lose_answer())

    with pytest.raises(UsageError, match="5 readers are unknown by now; you were asked about 4"):
        resolve(CAMPAIGN, world.outlet, choice, world.clock, asked=4)
    with pytest.raises(UsageError, match="5 readers are unknown by now"):
        settle_unasked(CAMPAIGN, world.store.ledger, choice, world.clock, asked=4)

    assert world.counts() == {"accepted": 7, "unknown": 5}
    assert resolve(CAMPAIGN, world.outlet, choice, world.clock, asked=5).moved == 5


def test_the_operator_can_take_unknown_ones_as_sent(world):
    world.run(lose_answer())

    resolved = resolve(CAMPAIGN, world.outlet, Choice.ASSUME_SENT, world.clock)

    assert resolved.moved == 5
    assert world.counts() == {"accepted": 12}
    assert world.run().attempts == 0


def test_a_cancelled_campaign_sends_nothing_again(world):
    world.run(lose_request(), stop=lambda: world.provider.requests == 1)
    world.store.ledger.change(CAMPAIGN, CampaignEvent.CANCEL)

    with pytest.raises(UsageError, match="--assume-sent"):
        resolve(CAMPAIGN, world.outlet, Choice.RETRY, world.clock)

    assert world.counts() == {"unknown": 5, "cancelled": 7}


def test_evidence_of_a_part_settles_that_part(tmp_path):
    world = World(root=tmp_path, is_conclusive=True)
    world.plan(5)
    half = Turn(
        answer=Submission(outcome=Outcome(kind=OutcomeKind.UNKNOWN)), takes=frozenset({0, 3}), after=crash
    )
    with pytest.raises(Crash):
        world.run(half)
    world.reopen()

    found = gather_evidence(CAMPAIGN, world.outlet, world.clock)

    assert (found.proof.accepted, found.proof.not_sent, found.unknown) == (2, 3, 0)
    assert world.counts() == {"accepted": 2, "pending": 3}
    world.store.close()
