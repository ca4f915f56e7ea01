"""Unknown deliveries are settled by what was told, then by choice; also in a ledger from a backup."""

from __future__ import annotations

import pytest
from event_world import LATER, a_store, event

from newsletter.delivery.evidence import Proof
from newsletter.delivery.resolve import Choice, settle_unasked
from newsletter.delivery.summary import Summary
from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.domain.outcome import OutcomeKind
from newsletter.errors import UsageError
from newsletter.protocols import Intent
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.ledger_samples import an_attempt

ACCEPTED, UNKNOWN = OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN
STRANGE = "c1.99.9"


def take(store, *events):
    store.events.take([("sendgrid", events)], now=LATER)


def settle(store, choice=None, **options):
    return settle_unasked("c1", store.ledger, choice, FakeClock(), **options)


def counts(store):
    return {str(state): number for state, number in store.ledger.counts("c1").items()}


def test_what_was_told_while_nobody_knew_settles_what_it_proves():
    with a_store(None, None) as store:
        batch, _ = store.ledger.batches("c1")
        store.ledger.intend(batch, an_attempt(batch))
        take(store, event(store, 1))  # before the process that sent it dies

        resolution = settle(store)

        assert resolution.proof == Proof(accepted=1, unknown=1)
        assert (resolution.unknown, resolution.moved) == (1, 0)
        assert counts(store) == {"accepted": 1, "unknown": 1, "pending": 2}


def test_one_event_settles_all_that_left_with_it_where_that_is_certain():
    with a_store(None) as store:
        (batch,) = store.ledger.batches("c1")
        store.ledger.intend(batch, an_attempt(batch))
        take(store, event(store, 1))

        assert settle(store, is_atomic=True).proof == Proof(accepted=2)


def test_evidence_comes_before_the_choice_and_only_the_rest_is_chosen_for():
    with a_store(UNKNOWN) as store:
        take(store, event(store, 1))

        resolution = settle(store, Choice.RETRY)
        again = settle(store, Choice.RETRY)

        assert (resolution.moved, again.moved) == (1, 0)
        assert counts(store) == {"accepted": 1, "pending": 1}


def test_the_same_choice_a_second_time_changes_nothing():
    with a_store(UNKNOWN, ACCEPTED) as store:
        settle(store, Choice.ASSUME_SENT)
        before = counts(store)

        assert settle(store, Choice.ASSUME_SENT).moved == 0
        assert counts(store) == before == {"accepted": 4}


def test_a_ledger_from_a_backup_is_settled_as_after_a_crash():
    with a_store(ACCEPTED, None, None) as store:
        take(store, event(store, 3, key=STRANGE))
        held = Summary(campaign=store.ledger.campaign("c1"), counts=store.ledger.counts("c1"))
        take(store, event(store, 4, key=STRANGE))

        resolution = settle(store, Choice.RETRY)
        store.ledger.change("c1", CampaignEvent.RUN)
        batch = store.ledger.next_batch("c1", LATER)

        problems = held.error().problems
        assert "older than the mail" in problems[0].why
        assert "3 unknown" in problems[1].what
        assert (resolution.moved, counts(store)) == (2, {"accepted": 4, "pending": 2})
        assert isinstance(store.ledger.intend(batch, an_attempt(batch)), Intent)


def test_nothing_leaves_a_restored_ledger_before_somebody_chose():
    with a_store(ACCEPTED, None) as store:
        take(store, event(store, 3, key=STRANGE))

        store.ledger.change("c1", CampaignEvent.RUN)

        assert store.ledger.campaign("c1").state is CampaignState.RUNNING
        assert store.ledger.next_batch("c1", LATER) is None


def test_a_cancelled_campaign_is_not_sent_again_whatever_is_chosen():
    with a_store(UNKNOWN) as store:
        store.ledger.change("c1", CampaignEvent.CANCEL)

        with pytest.raises(UsageError, match="was cancelled"):
            settle(store, Choice.RETRY)

        assert counts(store) == {"unknown": 2}
