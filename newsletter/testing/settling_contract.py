"""What every ledger must do once a batch has left: settle, prove, resolve, and end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.domain.delivery import BatchState, CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.errors import AnotherRunner, StoreError, UsageError
from newsletter.protocols import Intent, Ledger
from newsletter.testing.ledger_samples import (
    NOW,
    LedgerHome,
    a_campaign,
    accepted,
    an_attempt,
    members,
    of,
    start,
    states,
    submit,
    submit_next,
)

__all__ = ["SettlingContract"]


class SettlingContract:
    """Tests of answers and endings; needs a fixture `home`."""

    # --- settling -------------------------------------------------------------------------------------

    @pytest.mark.parametrize(
        ("kind", "batch_state", "state"),
        [
            (OutcomeKind.ACCEPTED, BatchState.ACCEPTED, DeliveryState.ACCEPTED),
            (OutcomeKind.NOT_SENT, BatchState.PENDING, DeliveryState.PENDING),
            (OutcomeKind.HALT, BatchState.PENDING, DeliveryState.PENDING),
            (OutcomeKind.UNKNOWN, BatchState.UNKNOWN, DeliveryState.UNKNOWN),
        ],
    )
    def test_one_answer_for_all_moves_the_whole_batch(
        self, home: LedgerHome, kind: OutcomeKind, batch_state: BatchState, state: DeliveryState
    ) -> None:
        batch = submit(home, Submission(outcome=of(kind, "why")), readers=3)
        home.die()

        assert [one.state for one in home.ledger.batches("c1")] == [batch_state]
        assert home.ledger.counts("c1") == {state: 3}
        assert {row.detail for row in home.ledger.deliveries("c1")} == {"why"}
        assert [row.attempt for row in home.ledger.deliveries("c1")] == [1, 1, 1]
        assert home.ledger.last_attempt(batch.id) == an_attempt(batch)

    @pytest.mark.parametrize("kind", [OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN, OutcomeKind.REJECTED])
    def test_whoever_goes_another_way_keeps_the_variant(self, home: LedgerHome, kind: OutcomeKind) -> None:
        readers = [one._replace(variant="10") for one in members(3)]
        home.ledger.plan(replace(a_campaign(), variants=("10",)), readers)
        whole = kind is OutcomeKind.REJECTED

        submit_next(home, Submission(outcome=of(kind)) if whole else accepted(p1=kind))

        assert len(home.ledger.batches("c1")) == (3 if whole else 2)
        assert {one.variant for one in home.ledger.batches("c1")} == {"10"}

    def test_a_refused_account_halts_the_campaign_with_the_reason(self, home: LedgerHome) -> None:
        submit(home, Submission(outcome=of(OutcomeKind.HALT, "401 bad key")), readers=3)

        campaign = home.ledger.campaign("c1")
        assert (campaign.state, campaign.reason) == (CampaignState.HALTED, "401 bad key")
        assert home.ledger.change("c1", CampaignEvent.RUN).reason is None

    def test_a_deferred_batch_waits_for_its_time(self, home: LedgerHome) -> None:
        submit(home, Submission(outcome=of(OutcomeKind.NOT_SENT, "429", 60.0)), readers=3)
        later = NOW + timedelta(seconds=60)

        assert home.ledger.next_batch("c1", NOW) is None
        assert home.ledger.waits_until("c1") == later
        again = home.ledger.next_batch("c1", later)
        assert again is not None
        assert again.attempt == 1
        assert isinstance(home.ledger.intend(again, an_attempt(again)), Intent)

    def test_there_is_nothing_to_wait_for_when_nothing_is_pending(self, home: LedgerHome) -> None:
        start(home, 3)
        before = home.ledger.waits_until("c1")
        submit_next(home, accepted())

        assert before is not None
        assert before <= home.ledger.campaign("c1").created_at
        assert home.ledger.waits_until("c1") is None

    def test_mixed_answers_part_the_batch(self, home: LedgerHome) -> None:
        mixed = accepted(
            p1=OutcomeKind.REJECTED, p2=OutcomeKind.NOT_SENT, p3=OutcomeKind.UNKNOWN, p4=OutcomeKind.NOT_SENT
        )
        batch = submit(home, mixed, readers=6, batch_size=6)

        assert home.ledger.counts("c1") == {
            DeliveryState.ACCEPTED: 2,
            DeliveryState.REJECTED: 1,
            DeliveryState.PENDING: 2,
            DeliveryState.UNKNOWN: 1,
        }
        rows = {row.email: row for row in home.ledger.deliveries("c1")}
        assert rows["R2@brief.example"].detail == "about p1"
        assert rows["R3@brief.example"].state is DeliveryState.PENDING
        waiting = home.ledger.next_batch("c1", NOW)
        assert waiting is not None
        assert [one.email for one in home.ledger.recipients(waiting.id)] == [
            "R3@brief.example",
            "R5@brief.example",
        ]
        assert [one.position for one in home.ledger.recipients(waiting.id)] == [0, 1]
        (unknown,) = home.ledger.batches("c1", "unknown")
        assert home.ledger.last_attempt(unknown.id) == an_attempt(batch)

    def test_unknown_stays_with_its_attempt_when_nothing_was_accepted(self, home: LedgerHome) -> None:
        doubtful = Submission(
            outcome=of(OutcomeKind.UNKNOWN), exceptions={0: of(OutcomeKind.NOT_SENT, "not tried")}
        )
        batch = submit(home, doubtful, readers=3)

        (unknown,) = home.ledger.batches("c1", "unknown")
        assert (unknown.id, unknown.size) == (batch.id, 2)
        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 2, DeliveryState.PENDING: 1}

    def test_a_named_recipient_is_rejected_and_the_others_go_again(self, home: LedgerHome) -> None:
        named = Submission(
            outcome=of(OutcomeKind.NOT_SENT), exceptions={1: of(OutcomeKind.REJECTED, "no such user")}
        )
        submit(home, named, readers=3)

        again = home.ledger.next_batch("c1", NOW)
        assert again is not None
        assert [one.position for one in home.ledger.recipients(again.id)] == [0, 2]
        submit_next(home, accepted())
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.REJECTED: 1}

    @pytest.mark.parametrize("culprit", range(5))
    def test_a_batch_refused_whole_is_halved_until_the_culprit_is_alone(
        self, home: LedgerHome, culprit: int
    ) -> None:
        start(home, 5, batch_size=5)
        guilty = members(5)[culprit].email

        while (batch := home.ledger.next_batch("c1", NOW)) is not None:
            has_it = guilty in [one.email for one in home.ledger.recipients(batch.id)]
            answer = of(OutcomeKind.REJECTED, "400") if has_it else of(OutcomeKind.ACCEPTED)
            submit_next(home, Submission(outcome=answer))

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 4, DeliveryState.REJECTED: 1}
        assert states(home)[guilty] is DeliveryState.REJECTED
        assert home.ledger.change("c1", CampaignEvent.FINISH).state is CampaignState.FINISHED

    def test_recipients_refused_each_by_name_are_all_rejected(self, home: LedgerHome) -> None:
        refused = {position: of(OutcomeKind.REJECTED, f"550 {position}") for position in range(3)}
        submit(home, Submission(outcome=of(OutcomeKind.REJECTED), exceptions=refused), readers=3)

        assert home.ledger.counts("c1") == {DeliveryState.REJECTED: 3}
        assert [row.detail for row in home.ledger.deliveries("c1")] == ["550 0", "550 1", "550 2"]

    def test_an_answer_comes_once(self, home: LedgerHome) -> None:
        batch = submit(home, accepted(), readers=3)

        with pytest.raises(StoreError, match="too late"):
            home.ledger.settle(an_attempt(batch), Submission(outcome=of(OutcomeKind.NOT_SENT)), NOW)

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}

    def test_an_answer_after_the_batch_was_given_up_changes_nothing(self, home: LedgerHome) -> None:
        batch = start(home, 3)
        home.ledger.intend(batch, an_attempt(batch))
        home.ledger.lose_orphans("c1")

        with pytest.raises(StoreError, match="too late"):
            home.ledger.settle(an_attempt(batch), accepted(), NOW)

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3}

    # --- what is unknown ------------------------------------------------------------------------------

    def test_orphans_become_unknown_and_never_pending(self, home: LedgerHome) -> None:
        batch = start(home, 6)
        home.ledger.intend(batch, an_attempt(batch))
        home.die()

        assert home.ledger.lose_orphans("c1") == 1
        assert home.ledger.lose_orphans("c1") == 0
        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3, DeliveryState.PENDING: 3}
        following = home.ledger.next_batch("c1", NOW)
        assert following is not None
        assert following.id != batch.id

    def test_evidence_settles_position_by_position(self, home: LedgerHome) -> None:
        batch = submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        evidence = accepted(p1=OutcomeKind.NOT_SENT, p2=OutcomeKind.UNKNOWN)

        home.ledger.prove(batch.id, evidence, NOW)
        home.ledger.prove(batch.id, Submission(outcome=of(OutcomeKind.NOT_SENT)), NOW)  # too late to matter

        assert states(home) == {
            "R1@brief.example": DeliveryState.ACCEPTED,
            "R2@brief.example": DeliveryState.PENDING,
            "R3@brief.example": DeliveryState.UNKNOWN,
        }
        (unknown,) = home.ledger.batches("c1", "unknown")
        home.ledger.prove(unknown.id, accepted(), NOW)
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.PENDING: 1}

    def test_no_evidence_leaves_everything_unknown(self, home: LedgerHome) -> None:
        batch = submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)

        home.ledger.prove(batch.id, Submission(outcome=of(OutcomeKind.UNKNOWN)), NOW)

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3}

    def test_a_finished_campaign_opens_again_for_what_was_not_sent(self, home: LedgerHome) -> None:
        batch = submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.change("c1", CampaignEvent.FINISH)

        home.ledger.prove(batch.id, Submission(outcome=of(OutcomeKind.NOT_SENT)), NOW)

        assert home.ledger.campaign("c1").state is CampaignState.PAUSED
        assert home.ledger.counts("c1") == {DeliveryState.PENDING: 3}

    @pytest.mark.parametrize(
        ("assume_sent", "state"), [(True, DeliveryState.ACCEPTED), (False, DeliveryState.PENDING)]
    )
    def test_the_operator_has_the_last_word_on_what_is_unknown(
        self, home: LedgerHome, *, assume_sent: bool, state: DeliveryState
    ) -> None:
        submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.change("c1", CampaignEvent.FINISH)

        assert home.ledger.resolve("c1", assume_sent=assume_sent, now=NOW) == 3
        assert home.ledger.resolve("c1", assume_sent=assume_sent, now=NOW) == 0

        assert home.ledger.counts("c1") == {state: 3}
        expected = CampaignState.FINISHED if assume_sent else CampaignState.PAUSED
        assert home.ledger.campaign("c1").state is expected

    def test_a_released_batch_gets_a_new_attempt_key(self, home: LedgerHome) -> None:
        batch = submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        again = submit_next(home, accepted())

        assert an_attempt(again).key != an_attempt(batch).key
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}

    # --- campaigns ------------------------------------------------------------------------------------

    def test_a_cancel_closes_what_is_pending_and_what_comes_back_later(self, home: LedgerHome) -> None:
        batch = start(home, 7)
        home.ledger.intend(batch, an_attempt(batch))
        home.ledger.change("c1", CampaignEvent.CANCEL, "a wrong date")

        home.ledger.settle(an_attempt(batch), accepted(p1=OutcomeKind.NOT_SENT), NOW)

        assert home.ledger.campaign("c1").reason == "a wrong date"
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.CANCELLED: 5}
        assert home.ledger.next_batch("c1", NOW) is None
        assert home.ledger.change("c1", CampaignEvent.CANCEL).state is CampaignState.CANCELLED

    def test_what_is_unknown_in_a_cancelled_campaign_is_never_sent_again(self, home: LedgerHome) -> None:
        submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.change("c1", CampaignEvent.CANCEL)

        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3}
        assert home.ledger.campaign("c1").state is CampaignState.CANCELLED

    def test_a_cancel_after_a_release_leaves_in_doubt_who_may_have_it(self, home: LedgerHome) -> None:
        submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        home.ledger.change("c1", CampaignEvent.CANCEL)

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3}

    def test_a_campaign_finishes_only_when_nothing_is_left_to_send(self, home: LedgerHome) -> None:
        start(home, 3)

        with pytest.raises(UsageError, match="not finished"):
            home.ledger.change("c1", CampaignEvent.FINISH)

        submit_next(home, accepted())
        assert home.ledger.change("c1", CampaignEvent.FINISH).state is CampaignState.FINISHED

    @pytest.mark.parametrize("event", [CampaignEvent.RUN, CampaignEvent.PAUSE])
    def test_a_cancelled_campaign_does_not_go_on(self, home: LedgerHome, event: CampaignEvent) -> None:
        home.ledger.plan(a_campaign(), members(3))
        home.ledger.change("c1", CampaignEvent.CANCEL)

        with pytest.raises(UsageError, match="is cancelled"):
            home.ledger.change("c1", event)

    def test_one_campaign_does_not_touch_another(self, home: LedgerHome) -> None:
        home.ledger.plan(a_campaign("c2", issue="winter"), members(3))
        submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.change("c1", CampaignEvent.CANCEL)
        home.ledger.lose_orphans("c1")
        home.ledger.resolve("c1", assume_sent=True, now=NOW)

        assert home.ledger.counts("c2") == {DeliveryState.PENDING: 3}
        assert home.ledger.campaign("c2").state is CampaignState.PLANNED

    def test_a_second_runner_is_told_who_is_at_work(self, home: LedgerHome) -> None:
        home.ledger.plan(a_campaign(), members(3))

        with (
            home.ledger.runner("c1"),
            pytest.raises(AnotherRunner, match="sending campaign c1"),
            home.ledger.runner("c1"),
        ):
            raise AssertionError("nobody gets here")
        with home.ledger.runner("c1"):
            pass

    # --- what does not exist --------------------------------------------------------------------------

    @pytest.mark.parametrize(
        "ask",
        [
            lambda ledger: ledger.campaign("nix"),
            lambda ledger: ledger.change("nix", CampaignEvent.RUN),
            lambda ledger: ledger.resolve("nix", assume_sent=True, now=NOW),
            lambda ledger: ledger.runner("nix").__enter__(),
        ],
    )
    def test_a_campaign_that_does_not_exist_is_named(
        self, home: LedgerHome, ask: Callable[[Ledger], object]
    ) -> None:
        with pytest.raises(UsageError, match='no campaign "nix"'):
            ask(home.ledger)

    def test_a_batch_that_does_not_exist_has_nothing(self, home: LedgerHome) -> None:
        assert home.ledger.last_attempt(99) is None
        assert list(home.ledger.recipients(99)) == []
