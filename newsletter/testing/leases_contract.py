"""What every ledger must do for processes that send together: claims, leases, late answers, rates."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from newsletter.domain.campaign import Attempt, Batch, Fence
from newsletter.domain.delivery import CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.lease import Lease
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.errors import StoreError
from newsletter.protocols import Intent, IntentRefused, Leases, Toll, TooEarly
from newsletter.testing.ledger_samples import NOW, LedgerHome, accepted, an_attempt, of, start

__all__ = ["LeasesContract", "SharedHome"]

ANNA = Lease(worker="anna", length=timedelta(hours=1))
BERT = Lease(worker="bert", length=timedelta(hours=1))
LATE = Lease(worker="anna", length=timedelta(seconds=-1))
"""A lease that is over when it begins: its worker was stopped for longer than it lasts."""

_UNKNOWN = Submission(outcome=of(OutcomeKind.UNKNOWN))
_NOT_SENT = Submission(outcome=of(OutcomeKind.NOT_SENT))


class SharedHome(LedgerHome, Protocol):
    """A ledger under test that several may send from."""

    @property
    def leases(self) -> Leases:
        """Return its leases."""


class LeasesContract:
    """Tests of leases; needs a fixture `home`."""

    # --- claims ---------------------------------------------------------------------------------------

    def test_two_workers_never_build_the_same_batch(self, home: SharedHome) -> None:
        start(home, 6)

        first = home.leases.claim("c1", ANNA)
        second = home.leases.claim("c1", BERT)
        third = home.leases.claim("c1", Lease(worker="cor", length=timedelta(hours=1)))

        assert first is not None
        assert second is not None
        assert first.id != second.id
        assert third is None

    def test_a_claim_is_free_again_when_it_is_over_or_given_back(self, home: SharedHome) -> None:
        batch = start(home, 3)
        home.leases.claim("c1", LATE)

        again = home.leases.claim("c1", BERT)
        home.leases.unclaim(batch.id, BERT)
        at_last = home.leases.claim("c1", ANNA)

        assert again == at_last == batch

    def test_a_worker_that_ends_gives_back_what_it_claimed(self, home: SharedHome) -> None:
        batch = start(home, 3)
        home.leases.enrol("anna", "anna@here")
        home.leases.claim("c1", ANNA)

        home.leases.leave("anna")

        assert home.leases.claim("c1", BERT) == batch
        assert list(home.leases.workers()) == []

    def test_what_was_claimed_is_pending_all_the_same(self, home: SharedHome) -> None:
        start(home, 3)
        home.leases.claim("c1", ANNA)
        home.ledger.change("c1", CampaignEvent.CANCEL)

        assert home.ledger.counts("c1") == {DeliveryState.CANCELLED: 3}

    # --- leases ---------------------------------------------------------------------------------------

    def test_only_one_of_two_who_built_a_batch_may_submit_it(self, home: SharedHome) -> None:
        batch = start(home, 3)
        theirs = replace(an_attempt(batch), key="another")

        mine = home.leases.intend(batch, an_attempt(batch), (), ANNA)

        assert isinstance(mine, Intent)
        assert isinstance(home.leases.intend(batch, theirs, (), BERT), IntentRefused)

    def test_a_lease_that_lasts_keeps_its_batch(self, home: SharedHome) -> None:
        batch = start(home, 3)
        home.leases.intend(batch, an_attempt(batch), (), ANNA)

        assert home.leases.lose_expired("c1") == 0
        assert home.leases.settle(an_attempt(batch), accepted()) is True
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}

    def test_a_lease_that_is_over_leaves_its_batch_unknown_and_never_pending(self, home: SharedHome) -> None:
        batch = start(home, 6)
        home.leases.intend(batch, an_attempt(batch), (), LATE)

        assert home.leases.lose_expired("c1") == 1
        assert home.leases.lose_expired() == 0

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3, DeliveryState.PENDING: 3}
        following = home.leases.claim("c1", BERT)
        assert following is not None
        assert following.id != batch.id

    def test_a_lease_is_kept_by_renewing_it_and_cannot_be_had_back(self, home: SharedHome) -> None:
        batch = start(home, 6)
        other = home.ledger.batches("c1")[1]
        home.leases.intend(batch, an_attempt(batch), (), LATE)
        home.leases.intend(other, an_attempt(other), (), LATE)

        kept = home.leases.renew([an_attempt(batch).key], ANNA)
        stolen = home.leases.renew([an_attempt(other).key], BERT)
        home.leases.lose_expired("c1")

        assert kept == {an_attempt(batch).key}
        assert stolen == frozenset()
        assert home.leases.renew([an_attempt(batch).key, an_attempt(other).key], ANNA) == kept

    def test_an_answer_before_anybody_gave_the_lease_up_is_an_answer(self, home: SharedHome) -> None:
        batch = start(home, 3)
        home.leases.intend(batch, an_attempt(batch), (), LATE)

        assert home.leases.settle(an_attempt(batch), accepted()) is True
        assert home.leases.lose_expired() == 0

    def test_what_a_worker_had_that_has_certainly_ended_is_unknown_before_its_lease_is_over(
        self, home: SharedHome
    ) -> None:
        batch = start(home, 6)
        other = home.ledger.batches("c1")[1]
        home.leases.intend(batch, an_attempt(batch), (), ANNA)
        home.leases.intend(other, an_attempt(other), (), BERT)

        assert home.leases.lose_of([]) == 0
        assert home.leases.lose_of(["anna", "cor"]) == 1

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3, DeliveryState.SUBMITTING: 3}

    def test_what_is_under_way_is_told_by_who_has_it_and_for_how_long(self, home: SharedHome) -> None:
        batch = start(home, 6)
        home.leases.enrol("anna", "anna@here, process 1")
        home.leases.intend(batch, an_attempt(batch), (), ANNA)

        (one,) = home.leases.held("c1")

        assert (one.name, one.batches, one.readers) == ("anna@here, process 1", 1, 3)
        assert 0 < one.seconds_left <= 3600
        home.leases.settle(an_attempt(batch), accepted())
        assert list(home.leases.held("c1")) == []

    # --- late answers ---------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("kind", "state"),
        [
            (OutcomeKind.ACCEPTED, DeliveryState.ACCEPTED),
            (OutcomeKind.NOT_SENT, DeliveryState.PENDING),
            (OutcomeKind.UNKNOWN, DeliveryState.UNKNOWN),
            (OutcomeKind.REJECTED, DeliveryState.PENDING),
        ],
    )
    def test_an_answer_after_the_lease_is_evidence(
        self, home: SharedHome, kind: OutcomeKind, state: DeliveryState
    ) -> None:
        batch = _lost(home)

        assert home.leases.settle(an_attempt(batch), Submission(outcome=of(kind))) is False

        assert home.ledger.counts("c1") == {state: 3}

    def test_a_late_refusal_of_the_account_halts_the_campaign(self, home: SharedHome) -> None:
        batch = _lost(home)

        home.leases.settle(an_attempt(batch), Submission(outcome=of(OutcomeKind.HALT, "401")))

        assert home.ledger.campaign("c1").state is CampaignState.HALTED

    def test_a_late_answer_comes_once(self, home: SharedHome) -> None:
        batch = start(home, 3)
        home.leases.intend(batch, an_attempt(batch), (), ANNA)
        home.leases.settle(an_attempt(batch), accepted())

        with pytest.raises(StoreError, match="too late"):
            home.leases.settle(an_attempt(batch), _NOT_SENT)

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}

    def test_a_late_answer_that_it_was_taken_keeps_what_was_released_from_being_sent_again(
        self, home: SharedHome
    ) -> None:
        batch = _lost(home)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        assert home.leases.settle(an_attempt(batch), accepted()) is False

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}
        assert home.leases.claim("c1", BERT) is None

    def test_a_late_answer_keeps_back_only_those_it_says_were_taken(self, home: SharedHome) -> None:
        batch = _lost(home)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        home.leases.settle(an_attempt(batch), accepted(p1=OutcomeKind.UNKNOWN))

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.PENDING: 1}

    @pytest.mark.parametrize("kind", [OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN, OutcomeKind.REJECTED])
    def test_a_late_answer_that_proves_nothing_taken_leaves_what_was_released(
        self, home: SharedHome, kind: OutcomeKind
    ) -> None:
        batch = _lost(home)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        home.leases.settle(an_attempt(batch), Submission(outcome=of(kind)))

        assert home.ledger.counts("c1") == {DeliveryState.PENDING: 3}

    def test_a_late_answer_about_a_recalled_attempt_says_nothing_of_what_was_released(
        self, home: SharedHome
    ) -> None:
        batch = _lost(home, fence=Fence(id="f1", leaves_at=NOW))
        home.ledger.begin_recall(batch.id, an_attempt(batch).key, NOW)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        home.leases.settle(an_attempt(batch), accepted())

        assert home.ledger.counts("c1") == {DeliveryState.PENDING: 3}

    @pytest.mark.parametrize("is_settled_before", [True, False])
    def test_who_was_sent_to_again_before_a_late_answer_is_on_record_as_perhaps_mailed_twice(
        self, home: SharedHome, *, is_settled_before: bool
    ) -> None:
        batch = _lost(home)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)
        home.ledger.change("c1", CampaignEvent.RUN)
        again = home.leases.claim("c1", BERT)
        assert again is not None
        home.leases.intend(again, an_attempt(again), (), BERT)

        if is_settled_before:
            home.leases.settle(an_attempt(again), accepted())
        home.leases.settle(an_attempt(batch), accepted())
        if not is_settled_before:
            home.leases.settle(an_attempt(again), accepted())

        told = {row.detail for row in home.ledger.deliveries("c1")}
        assert told == {"an earlier attempt was taken as well: they may have it twice"}

    def test_a_late_answer_to_an_earlier_attempt_leaves_the_later_alone(self, home: SharedHome) -> None:
        batch = _lost(home)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)
        home.ledger.change("c1", CampaignEvent.RUN)
        again = home.leases.claim("c1", BERT)
        assert again is not None
        home.leases.intend(again, an_attempt(again), (), BERT)

        home.leases.settle(an_attempt(batch), _NOT_SENT)

        assert home.ledger.counts("c1") == {DeliveryState.SUBMITTING: 3}
        assert home.leases.settle(an_attempt(again), accepted()) is True

    def test_a_late_answer_says_nothing_of_readers_who_were_tried_by_themselves_since(
        self, home: SharedHome
    ) -> None:
        batch = start(home, 3)
        home.leases.intend(batch, an_attempt(batch), (), ANNA)
        home.leases.settle(
            an_attempt(batch),
            accepted(p0=OutcomeKind.UNKNOWN, p1=OutcomeKind.NOT_SENT, p2=OutcomeKind.NOT_SENT),
        )
        home.ledger.resolve("c1", assume_sent=False, now=NOW)
        released, waiting = home.ledger.batches("c1")
        home.leases.intend(released, an_attempt(released), (), LATE)
        home.leases.intend(waiting, an_attempt(waiting), (), BERT)
        home.leases.settle(an_attempt(waiting), _NOT_SENT)
        home.leases.lose_expired()

        home.leases.settle(an_attempt(released), accepted())

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 1, DeliveryState.PENDING: 2}

    # --- evidence beside a worker that may still be alive ---------------------------------------------

    def test_that_nothing_is_there_proves_nothing_about_a_worker_that_may_be_alive(
        self, home: SharedHome
    ) -> None:
        batch = _lost(home)

        home.ledger.prove(batch.id, accepted(p1=OutcomeKind.NOT_SENT), NOW, an_attempt(batch).key)

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.UNKNOWN: 1}

    def test_a_call_back_proves_that_nothing_leaves_whoever_is_alive(self, home: SharedHome) -> None:
        batch = _lost(home, fence=Fence(id="f1", leaves_at=NOW))

        assert home.ledger.begin_recall(batch.id, an_attempt(batch).key, NOW) is True
        home.ledger.prove(batch.id, _NOT_SENT, NOW, an_attempt(batch).key)

        assert home.ledger.counts("c1") == {DeliveryState.PENDING: 3}

    def test_an_answer_that_crosses_a_call_back_does_not_lose_the_readers(self, home: SharedHome) -> None:
        batch = _lost(home, fence=Fence(id="f1", leaves_at=NOW))
        home.ledger.begin_recall(batch.id, an_attempt(batch).key, NOW)

        home.leases.settle(an_attempt(batch), accepted())  # it was, and the provider throws it away
        home.ledger.prove(batch.id, _NOT_SENT, NOW, an_attempt(batch).key)

        assert home.ledger.counts("c1") == {DeliveryState.PENDING: 3}

    def test_evidence_about_an_attempt_says_nothing_about_the_next(self, home: SharedHome) -> None:
        batch = start(home, 3)
        home.leases.intend(batch, an_attempt(batch), (), ANNA)
        home.leases.settle(an_attempt(batch), _UNKNOWN)
        home.ledger.prove(batch.id, _NOT_SENT, NOW, an_attempt(batch).key)
        again = home.leases.claim("c1", BERT)
        assert again is not None
        home.leases.intend(again, an_attempt(again), (), BERT)
        home.leases.settle(an_attempt(again), _UNKNOWN)

        home.ledger.prove(batch.id, _NOT_SENT, NOW, an_attempt(batch).key)  # another worker asked as well

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3}
        assert home.ledger.begin_recall(batch.id, an_attempt(batch).key, NOW) is False

    # --- rates and workers ----------------------------------------------------------------------------

    def test_whoever_pays_second_waits_whatever_clock_they_have(self, home: SharedHome) -> None:
        first = start(home, 6)
        second = home.ledger.batches("c1")[1]
        toll = Toll(name="provider:outbox", seconds_each=1000.0)
        home.leases.intend(first, an_attempt(first), (toll,), ANNA)
        ahead = replace(an_attempt(second), started_at=NOW + timedelta(days=999))

        answer = home.leases.intend(second, ahead, (toll,), BERT)

        assert isinstance(answer, TooEarly)
        assert timedelta(seconds=2000) < answer.until - home.leases.now() <= timedelta(seconds=3000)

    def test_workers_are_listed_with_what_they_have_under_way(self, home: SharedHome) -> None:
        batch = start(home, 3)
        home.leases.enrol("anna", "anna@here, process 1")
        home.leases.enrol("bert", "bert@there, process 2")
        home.leases.enrol("anna", "anna@here, process 1")
        home.leases.intend(batch, an_attempt(batch), (), ANNA)

        found = {one.id: one for one in home.leases.workers()}

        assert (found["anna"].name, found["anna"].batches, found["anna"].readers) == (
            "anna@here, process 1",
            1,
            3,
        )
        assert (found["bert"].batches, found["bert"].lost) == (0, False)
        assert found["anna"].since <= found["anna"].seen_at


def _lost(home: SharedHome, fence: Fence | None = None) -> Batch:
    """Start a campaign whose only batch is lost: its worker was stopped for longer than its lease."""
    batch = start(home, 3)
    attempt: Attempt = replace(an_attempt(batch), fence=fence)
    assert isinstance(home.leases.intend(batch, attempt, (), LATE), Intent)
    assert home.leases.lose_expired("c1") == 1
    return batch
