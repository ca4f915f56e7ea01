"""What every ledger must do. Subclass, give a `home` fixture, and pass unchanged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol

import pytest

from newsletter.domain.campaign import Attempt, Batch, Digests, Member, NewCampaign
from newsletter.domain.delivery import BatchState, CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.errors import AnotherRunner, StoreError, UsageError
from newsletter.protocols import Intent, IntentRefused, LateSuppression, Ledger

__all__ = ["NOW", "LedgerContract", "LedgerHome", "a_campaign", "accepted", "an_attempt", "members", "of"]

NOW = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
_DIGESTS = Digests(content="c" * 64, template="t" * 64, config="f" * 64, audience="a" * 64)
_MEMORY = count(1)


class LedgerHome(Protocol):
    """A ledger under test, and what the world around it can do."""

    @property
    def ledger(self) -> Ledger:
        """Return the ledger, as the process at work has it."""

    def die(self) -> None:
        """Forget all a process knows, as its death does, and open the ledger again."""

    def suppress(self, email: str) -> None:
        """Put an address among those never mailed."""

    def enlist(self, email: str, status: SubscriberStatus) -> None:
        """Put a subscriber on the list, or change its status."""


def a_campaign(campaign_id: str = "c1", *, issue: str = "herfst", batch_size: int = 3) -> NewCampaign:
    """Return a campaign to plan; each one made is a minute younger than the one before."""
    return NewCampaign(
        id=campaign_id,
        issue=issue,
        issue_path=f"issues/2026-11-24-{issue}.md",
        segment="gemeenten",
        provider="outbox",
        sender="Renata <renata@brief.example>",
        digests=_DIGESTS,
        batch_size=batch_size,
        created_at=NOW + timedelta(minutes=next(_MEMORY)),
    )


def members(number: int, start: int = 1) -> list[Member]:
    """Return so many members, r1@brief.example and on from `start`."""
    return [
        Member(
            subscriber_id=at,
            email=f"R{at}@brief.example",
            key=f"r{at}@brief.example",
            values={"first_name": f"Émile “{at}”", "size": 3},
        )
        for at in range(start, start + number)
    ]


def an_attempt(batch: Batch) -> Attempt:
    """Return the next attempt of `batch`."""
    number = batch.attempt + 1
    return Attempt(
        batch_id=batch.id,
        number=number,
        key=f"{batch.campaign_id}.{batch.id}.{number}",
        body_digest="b" * 64,
        started_at=NOW,
    )


def of(kind: OutcomeKind, detail: str = "", retry_after_s: float | None = None) -> Outcome:
    """Return an outcome."""
    provider_id = "id-of-all" if kind is OutcomeKind.ACCEPTED else None
    return Outcome(kind=kind, detail=detail, retry_after_s=retry_after_s, provider_id=provider_id)


def accepted(**exceptions: OutcomeKind) -> Submission:
    """Return a submission that was accepted, but for positions such as `p2=OutcomeKind.REJECTED`."""
    return Submission(
        outcome=of(OutcomeKind.ACCEPTED),
        exceptions={int(name[1:]): of(kind, f"about {name}") for name, kind in exceptions.items()},
    )


class LedgerContract:
    """Tests for every ledger; needs a fixture `home`."""

    # --- planning -------------------------------------------------------------------------------------

    def test_a_plan_freezes_its_members_in_batches_in_order(self, home: LedgerHome) -> None:
        seen: list[int] = []

        planned = home.ledger.plan(a_campaign(), iter(members(7)), seen.append)

        assert planned == home.ledger.campaign("c1")
        assert (planned.state, planned.total, planned.digests) == (CampaignState.PLANNED, 7, _DIGESTS)
        assert [batch.size for batch in home.ledger.batches("c1")] == [3, 3, 1]
        first = home.ledger.recipients(home.ledger.batches("c1")[0].id)
        assert [one.email for one in first] == [f"R{at}@brief.example" for at in (1, 2, 3)]
        assert [one.position for one in first] == [0, 1, 2]
        assert first[0].values == {"first_name": "Émile “1”", "size": "3"}
        assert len({one.delivery_id for one in first}) == 3
        assert seen[-1] == 7
        assert home.ledger.counts("c1") == {DeliveryState.PENDING: 7}

    def test_two_campaigns_of_one_issue_never_reach_one_reader_twice(self, home: LedgerHome) -> None:
        home.ledger.plan(a_campaign("c1"), members(4))

        second = home.ledger.plan(a_campaign("c2"), members(6))

        assert second.total == 2
        assert _emails(home, "c2") == ["R5@brief.example", "R6@brief.example"]
        assert home.ledger.plan(a_campaign("c3", issue="winter"), members(4)).total == 4

    def test_a_member_who_comes_twice_gets_one_delivery(self, home: LedgerHome) -> None:
        assert home.ledger.plan(a_campaign(), [*members(5), *members(5), *members(1)]).total == 5

    def test_suppressed_readers_and_those_who_left_are_not_planned(self, home: LedgerHome) -> None:
        home.suppress("r2@brief.example")
        home.enlist("r3@brief.example", SubscriberStatus.UNSUBSCRIBED)

        home.ledger.plan(a_campaign(), members(4))

        assert _emails(home, "c1") == ["R1@brief.example", "R4@brief.example"]

    def test_a_plan_for_nobody_is_refused_and_leaves_nothing(self, home: LedgerHome) -> None:
        with pytest.raises(UsageError, match="nobody is left"):
            home.ledger.plan(a_campaign(), [])

        assert home.ledger.campaigns() == []

    def test_a_plan_that_fails_halfway_leaves_nothing(self, home: LedgerHome) -> None:
        with pytest.raises(LookupError):
            home.ledger.plan(a_campaign(), _then_raise(members(50_000), LookupError()))

        assert home.ledger.campaigns() == []
        with pytest.raises(UsageError, match='no campaign "c1"'):
            home.ledger.campaign("c1")
        home.die()
        assert home.ledger.plan(a_campaign(), members(3)).total == 3

    def test_campaigns_come_newest_first_and_by_issue(self, home: LedgerHome) -> None:
        for campaign_id, issue in (("c1", "herfst"), ("c2", "winter"), ("c3", "herfst")):
            home.ledger.plan(a_campaign(campaign_id, issue=issue), members(1, start=ord(campaign_id[1])))

        assert [one.id for one in home.ledger.campaigns()] == ["c3", "c2", "c1"]
        assert [one.id for one in home.ledger.campaigns("herfst")] == ["c3", "c1"]

    # --- claiming -------------------------------------------------------------------------------------

    def test_batches_are_claimed_in_order_and_can_be_passed_over(self, home: LedgerHome) -> None:
        _start(home, 7)
        first, second, _ = home.ledger.batches("c1")

        assert home.ledger.next_batch("c1", NOW) == first
        assert home.ledger.next_batch("c1", NOW, skip=[first.id]) == second
        assert home.ledger.next_batch("c1", NOW, [one.id for one in home.ledger.batches("c1")]) is None

    def test_an_intent_survives_the_death_of_its_process(self, home: LedgerHome) -> None:
        batch = _start(home, 3)

        assert home.ledger.intend(batch, an_attempt(batch)) == Intent(attempt=an_attempt(batch))
        home.die()

        assert [one.state for one in home.ledger.batches("c1")] == [BatchState.SUBMITTING]
        assert home.ledger.last_attempt(batch.id) == an_attempt(batch)

    @pytest.mark.parametrize("event", [CampaignEvent.PAUSE, CampaignEvent.CANCEL])
    def test_nothing_is_submitted_after_a_pause_or_a_cancel(
        self, home: LedgerHome, event: CampaignEvent
    ) -> None:
        batch = _start(home, 3)
        home.ledger.change("c1", event)

        assert isinstance(home.ledger.intend(batch, an_attempt(batch)), IntentRefused)
        assert home.ledger.last_attempt(batch.id) is None

    def test_a_batch_is_intended_once(self, home: LedgerHome) -> None:
        batch = _start(home, 3)
        home.ledger.intend(batch, an_attempt(batch))

        assert isinstance(home.ledger.intend(batch, an_attempt(batch)), IntentRefused)

    def test_an_attempt_key_is_used_once_for_ever(self, home: LedgerHome) -> None:
        batch = _start(home, 6)
        home.ledger.intend(batch, an_attempt(batch))
        other = home.ledger.next_batch("c1", NOW)
        assert other is not None
        stolen = Attempt(
            batch_id=other.id, number=1, key=an_attempt(batch).key, body_digest="", started_at=NOW
        )

        assert isinstance(home.ledger.intend(other, stolen), IntentRefused)

    def test_who_left_after_the_plan_is_taken_out_at_the_last_moment(self, home: LedgerHome) -> None:
        batch = _start(home, 4)
        home.suppress("r1@brief.example")
        home.enlist("r2@brief.example", SubscriberStatus.PAUSED)
        home.enlist("r3@brief.example", SubscriberStatus.ACTIVE)

        answer = home.ledger.intend(batch, an_attempt(batch))

        assert answer == LateSuppression(positions=frozenset({0, 1}))
        assert [one.position for one in home.ledger.recipients(batch.id)] == [2]
        assert home.ledger.batches("c1", "submitting") == []
        assert isinstance(home.ledger.intend(batch, an_attempt(batch)), Intent)
        assert home.ledger.counts("c1") == {
            DeliveryState.SUPPRESSED: 2,
            DeliveryState.SUBMITTING: 1,
            DeliveryState.PENDING: 1,
        }

    def test_a_batch_whose_readers_all_left_is_closed(self, home: LedgerHome) -> None:
        batch = _start(home, 1)
        home.suppress("r1@brief.example")

        home.ledger.intend(batch, an_attempt(batch))

        assert home.ledger.next_batch("c1", NOW) is None
        assert home.ledger.counts("c1") == {DeliveryState.SUPPRESSED: 1}
        assert home.ledger.change("c1", CampaignEvent.FINISH).state is CampaignState.FINISHED

    def test_a_status_chosen_on_purpose_is_not_taken_out_again(self, home: LedgerHome) -> None:
        home.enlist("r1@brief.example", SubscriberStatus.PENDING)
        batch = _start(home, 1)

        assert isinstance(home.ledger.intend(batch, an_attempt(batch)), Intent)

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
        batch = _submit(home, Submission(outcome=of(kind, "why")), readers=3)
        home.die()

        assert [one.state for one in home.ledger.batches("c1")] == [batch_state]
        assert home.ledger.counts("c1") == {state: 3}
        assert {row.detail for row in home.ledger.deliveries("c1")} == {"why"}
        assert [row.attempt for row in home.ledger.deliveries("c1")] == [1, 1, 1]
        assert home.ledger.last_attempt(batch.id) == an_attempt(batch)

    def test_a_refused_account_halts_the_campaign_with_the_reason(self, home: LedgerHome) -> None:
        _submit(home, Submission(outcome=of(OutcomeKind.HALT, "401 bad key")), readers=3)

        campaign = home.ledger.campaign("c1")
        assert (campaign.state, campaign.reason) == (CampaignState.HALTED, "401 bad key")
        assert home.ledger.change("c1", CampaignEvent.RUN).reason is None

    def test_a_deferred_batch_waits_for_its_time(self, home: LedgerHome) -> None:
        _submit(home, Submission(outcome=of(OutcomeKind.NOT_SENT, "429", 60.0)), readers=3)
        later = NOW + timedelta(seconds=60)

        assert home.ledger.next_batch("c1", NOW) is None
        assert home.ledger.waits_until("c1") == later
        again = home.ledger.next_batch("c1", later)
        assert again is not None
        assert again.attempt == 1
        assert isinstance(home.ledger.intend(again, an_attempt(again)), Intent)

    def test_there_is_nothing_to_wait_for_when_nothing_is_pending(self, home: LedgerHome) -> None:
        _start(home, 3)
        before = home.ledger.waits_until("c1")
        _submit_next(home, accepted())

        assert before is not None
        assert before <= home.ledger.campaign("c1").created_at
        assert home.ledger.waits_until("c1") is None

    def test_mixed_answers_part_the_batch(self, home: LedgerHome) -> None:
        mixed = accepted(
            p1=OutcomeKind.REJECTED, p2=OutcomeKind.NOT_SENT, p3=OutcomeKind.UNKNOWN, p4=OutcomeKind.NOT_SENT
        )
        batch = _submit(home, mixed, readers=6, batch_size=6)

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
        batch = _submit(home, doubtful, readers=3)

        (unknown,) = home.ledger.batches("c1", "unknown")
        assert (unknown.id, unknown.size) == (batch.id, 2)
        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 2, DeliveryState.PENDING: 1}

    def test_a_named_recipient_is_rejected_and_the_others_go_again(self, home: LedgerHome) -> None:
        named = Submission(
            outcome=of(OutcomeKind.NOT_SENT), exceptions={1: of(OutcomeKind.REJECTED, "no such user")}
        )
        _submit(home, named, readers=3)

        again = home.ledger.next_batch("c1", NOW)
        assert again is not None
        assert [one.position for one in home.ledger.recipients(again.id)] == [0, 2]
        _submit_next(home, accepted())
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.REJECTED: 1}

    @pytest.mark.parametrize("culprit", range(5))
    def test_a_batch_refused_whole_is_halved_until_the_culprit_is_alone(
        self, home: LedgerHome, culprit: int
    ) -> None:
        _start(home, 5, batch_size=5)
        guilty = members(5)[culprit].email

        while (batch := home.ledger.next_batch("c1", NOW)) is not None:
            has_it = guilty in [one.email for one in home.ledger.recipients(batch.id)]
            answer = of(OutcomeKind.REJECTED, "400") if has_it else of(OutcomeKind.ACCEPTED)
            _submit_next(home, Submission(outcome=answer))

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 4, DeliveryState.REJECTED: 1}
        assert _states(home)[guilty] is DeliveryState.REJECTED
        assert home.ledger.change("c1", CampaignEvent.FINISH).state is CampaignState.FINISHED

    def test_recipients_refused_each_by_name_are_all_rejected(self, home: LedgerHome) -> None:
        refused = {position: of(OutcomeKind.REJECTED, f"550 {position}") for position in range(3)}
        _submit(home, Submission(outcome=of(OutcomeKind.REJECTED), exceptions=refused), readers=3)

        assert home.ledger.counts("c1") == {DeliveryState.REJECTED: 3}
        assert [row.detail for row in home.ledger.deliveries("c1")] == ["550 0", "550 1", "550 2"]

    def test_an_answer_comes_once(self, home: LedgerHome) -> None:
        batch = _submit(home, accepted(), readers=3)

        with pytest.raises(StoreError, match="too late"):
            home.ledger.settle(an_attempt(batch), Submission(outcome=of(OutcomeKind.NOT_SENT)), NOW)

        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}

    def test_an_answer_after_the_batch_was_given_up_changes_nothing(self, home: LedgerHome) -> None:
        batch = _start(home, 3)
        home.ledger.intend(batch, an_attempt(batch))
        home.ledger.lose_orphans("c1")

        with pytest.raises(StoreError, match="too late"):
            home.ledger.settle(an_attempt(batch), accepted(), NOW)

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3}

    # --- what is unknown ------------------------------------------------------------------------------

    def test_orphans_become_unknown_and_never_pending(self, home: LedgerHome) -> None:
        batch = _start(home, 6)
        home.ledger.intend(batch, an_attempt(batch))
        home.die()

        assert home.ledger.lose_orphans("c1") == 1
        assert home.ledger.lose_orphans("c1") == 0
        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3, DeliveryState.PENDING: 3}
        following = home.ledger.next_batch("c1", NOW)
        assert following is not None
        assert following.id != batch.id

    def test_evidence_settles_position_by_position(self, home: LedgerHome) -> None:
        batch = _submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        evidence = accepted(p1=OutcomeKind.NOT_SENT, p2=OutcomeKind.UNKNOWN)

        home.ledger.prove(batch.id, evidence, NOW)
        home.ledger.prove(batch.id, Submission(outcome=of(OutcomeKind.NOT_SENT)), NOW)  # too late to matter

        assert _states(home) == {
            "R1@brief.example": DeliveryState.ACCEPTED,
            "R2@brief.example": DeliveryState.PENDING,
            "R3@brief.example": DeliveryState.UNKNOWN,
        }
        (unknown,) = home.ledger.batches("c1", "unknown")
        home.ledger.prove(unknown.id, accepted(), NOW)
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.PENDING: 1}

    def test_no_evidence_leaves_everything_unknown(self, home: LedgerHome) -> None:
        batch = _submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)

        home.ledger.prove(batch.id, Submission(outcome=of(OutcomeKind.UNKNOWN)), NOW)

        assert home.ledger.counts("c1") == {DeliveryState.UNKNOWN: 3}

    def test_a_finished_campaign_opens_again_for_what_was_not_sent(self, home: LedgerHome) -> None:
        batch = _submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
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
        _submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.change("c1", CampaignEvent.FINISH)

        assert home.ledger.resolve("c1", assume_sent=assume_sent, now=NOW) == 3
        assert home.ledger.resolve("c1", assume_sent=assume_sent, now=NOW) == 0

        assert home.ledger.counts("c1") == {state: 3}
        expected = CampaignState.FINISHED if assume_sent else CampaignState.PAUSED
        assert home.ledger.campaign("c1").state is expected

    def test_a_released_batch_gets_a_new_attempt_key(self, home: LedgerHome) -> None:
        batch = _submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        again = _submit_next(home, accepted())

        assert an_attempt(again).key != an_attempt(batch).key
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 3}

    # --- campaigns ------------------------------------------------------------------------------------

    def test_a_cancel_closes_what_is_pending_and_what_comes_back_later(self, home: LedgerHome) -> None:
        batch = _start(home, 7)
        home.ledger.intend(batch, an_attempt(batch))
        home.ledger.change("c1", CampaignEvent.CANCEL, "a wrong date")

        home.ledger.settle(an_attempt(batch), accepted(p1=OutcomeKind.NOT_SENT), NOW)

        assert home.ledger.campaign("c1").reason == "a wrong date"
        assert home.ledger.counts("c1") == {DeliveryState.ACCEPTED: 2, DeliveryState.CANCELLED: 5}
        assert home.ledger.next_batch("c1", NOW) is None
        assert home.ledger.change("c1", CampaignEvent.CANCEL).state is CampaignState.CANCELLED

    def test_what_is_unknown_in_a_cancelled_campaign_is_never_sent_again(self, home: LedgerHome) -> None:
        _submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
        home.ledger.change("c1", CampaignEvent.CANCEL)

        home.ledger.resolve("c1", assume_sent=False, now=NOW)

        assert home.ledger.counts("c1") == {DeliveryState.CANCELLED: 3}
        assert home.ledger.campaign("c1").state is CampaignState.CANCELLED

    def test_a_campaign_finishes_only_when_nothing_is_left_to_send(self, home: LedgerHome) -> None:
        _start(home, 3)

        with pytest.raises(UsageError, match="not finished"):
            home.ledger.change("c1", CampaignEvent.FINISH)

        _submit_next(home, accepted())
        assert home.ledger.change("c1", CampaignEvent.FINISH).state is CampaignState.FINISHED

    @pytest.mark.parametrize("event", [CampaignEvent.RUN, CampaignEvent.PAUSE])
    def test_a_cancelled_campaign_does_not_go_on(self, home: LedgerHome, event: CampaignEvent) -> None:
        home.ledger.plan(a_campaign(), members(3))
        home.ledger.change("c1", CampaignEvent.CANCEL)

        with pytest.raises(UsageError, match="is cancelled"):
            home.ledger.change("c1", event)

    def test_one_campaign_does_not_touch_another(self, home: LedgerHome) -> None:
        home.ledger.plan(a_campaign("c2", issue="winter"), members(3))
        _submit(home, Submission(outcome=of(OutcomeKind.UNKNOWN)), readers=3)
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
        assert home.ledger.recipients(99) == []


def _start(home: LedgerHome, readers: int, batch_size: int = 3) -> Batch:
    """Plan and run campaign c1; return its first batch."""
    home.ledger.plan(a_campaign(batch_size=batch_size), members(readers))
    home.ledger.change("c1", CampaignEvent.RUN)
    return home.ledger.batches("c1")[0]


def _submit(home: LedgerHome, answer: Submission, readers: int, batch_size: int = 3) -> Batch:
    """Plan and run campaign c1, and let its first batch get `answer`."""
    _start(home, readers, batch_size)
    return _submit_next(home, answer)


def _submit_next(home: LedgerHome, answer: Submission) -> Batch:
    """Let the next batch of campaign c1 get `answer`; return it as it was before."""
    if home.ledger.campaign("c1").state is not CampaignState.RUNNING:
        home.ledger.change("c1", CampaignEvent.RUN)
    batch = home.ledger.next_batch("c1", NOW)
    assert batch is not None
    assert isinstance(home.ledger.intend(batch, an_attempt(batch)), Intent)
    home.ledger.settle(an_attempt(batch), answer, NOW)
    return batch


def _emails(home: LedgerHome, campaign_id: str) -> list[str]:
    return [row.email for row in home.ledger.deliveries(campaign_id)]


def _states(home: LedgerHome) -> Mapping[str, DeliveryState]:
    rows = list(home.ledger.deliveries("c1"))
    assert Counter(row.state for row in rows) == home.ledger.counts("c1")
    return {row.email: row.state for row in rows}


def _then_raise(some: Iterable[Member], error: Exception) -> Iterable[Member]:
    yield from some
    raise error
