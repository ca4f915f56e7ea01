"""What every ledger must do until a batch leaves: plan, claim, and intend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from newsletter.domain.campaign import Attempt, Fence, Member
from newsletter.domain.delivery import (
    BatchState,
    CampaignEvent,
    CampaignState,
    DeliveryState,
    WaveEvent,
)
from newsletter.domain.receipt import Clearance
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.domain.wave import Wave, WaveKind
from newsletter.errors import UsageError
from newsletter.protocols import Intent, IntentRefused, LateSuppression, WaveShut
from newsletter.testing.ledger_samples import (
    DIGESTS,
    NOW,
    LedgerHome,
    a_campaign,
    an_attempt,
    emails,
    members,
    start,
)

__all__ = ["PlanningContract"]


class PlanningContract:
    """Tests of plan and claim; needs a fixture `home`."""

    # --- planning -------------------------------------------------------------------------------------

    def test_a_plan_freezes_its_members_in_batches_in_order(self, home: LedgerHome) -> None:
        seen: list[int] = []

        planned = home.ledger.plan(a_campaign(), iter(members(7)), seen.append)

        assert planned == home.ledger.campaign("c1")
        assert (planned.state, planned.total, planned.digests) == (CampaignState.PLANNED, 7, DIGESTS)
        assert [batch.size for batch in home.ledger.batches("c1")] == [3, 3, 1]
        first = home.ledger.recipients(home.ledger.batches("c1")[0].id)
        assert [one.email for one in first] == [f"R{at}@brief.example" for at in (1, 2, 3)]
        assert [one.position for one in first] == [0, 1, 2]
        assert first[0].values == {"first_name": "Émile “1”", "size": "3"}
        assert len({one.delivery_id for one in first}) == 3
        assert seen[-1] == 7
        assert home.ledger.counts("c1") == {DeliveryState.PENDING: 7}

    def test_why_a_campaign_was_let_through_is_kept_with_it(self, home: LedgerHome) -> None:
        clearance = Clearance(
            issue_digest="a" * 64,
            checked_at=NOW,
            templates="b" * 64,
            warnings=("issues/herfst.md:3 TX006 “de” stands twice",),
            approved_by="Renata",
            approved_at=NOW,
        )

        home.ledger.plan(replace(a_campaign(), clearance=clearance), members(1))
        home.ledger.plan(a_campaign("c2", issue="winter"), members(1))
        home.die()

        assert (home.ledger.clearance("c1"), home.ledger.clearance("c2")) == (clearance, None)

    def test_the_templates_of_campaigns_and_tests_are_remembered(self, home: LedgerHome) -> None:
        cleared = Clearance(issue_digest="a", checked_at=NOW, templates="letter")

        nothing = home.ledger.tried_templates()
        home.ledger.plan(replace(a_campaign(), clearance=cleared), members(1))
        home.ledger.note_test("digest")
        home.ledger.note_test("digest")
        home.die()

        assert (nothing, home.ledger.tried_templates()) == (frozenset(), frozenset({"letter", "digest"}))

    def test_each_variant_has_batches_of_its_own_in_the_order_of_its_readers(self, home: LedgerHome) -> None:
        mixed = [one._replace(variant="01" if one.subscriber_id % 3 else "10") for one in members(9)]

        planned = home.ledger.plan(replace(a_campaign(), variants=("01", "10")), mixed)

        assert planned.variants == ("01", "10")
        found = {
            batch.seq: (batch.variant, [one.email for one in home.ledger.recipients(batch.id)])
            for batch in home.ledger.batches("c1")
        }
        assert sorted(found) == [1, 2, 3]
        assert sorted(found.values()) == [
            ("01", [f"R{at}@brief.example" for at in (1, 2, 4)]),
            ("01", [f"R{at}@brief.example" for at in (5, 7, 8)]),
            ("10", [f"R{at}@brief.example" for at in (3, 6, 9)]),
        ]

    def test_a_letter_for_everybody_has_one_variant(self, home: LedgerHome) -> None:
        planned = home.ledger.plan(a_campaign(), members(2))

        assert (planned.variants, [one.variant for one in home.ledger.batches("c1")]) == (("",), [""])

    def test_two_campaigns_of_one_issue_never_reach_one_reader_twice(self, home: LedgerHome) -> None:
        home.ledger.plan(a_campaign("c1"), members(4))

        second = home.ledger.plan(a_campaign("c2"), members(6))

        assert second.total == 2
        assert emails(home, "c2") == ["R5@brief.example", "R6@brief.example"]
        assert home.ledger.plan(a_campaign("c3", issue="winter"), members(4)).total == 4

    def test_a_member_who_comes_twice_gets_one_delivery(self, home: LedgerHome) -> None:
        assert home.ledger.plan(a_campaign(), [*members(5), *members(5), *members(1)]).total == 5

    def test_suppressed_readers_and_those_who_left_are_not_planned(self, home: LedgerHome) -> None:
        home.suppress("r2@brief.example")
        home.enlist("r3@brief.example", SubscriberStatus.UNSUBSCRIBED)

        home.ledger.plan(a_campaign(), members(4))

        assert emails(home, "c1") == ["R1@brief.example", "R4@brief.example"]

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
        start(home, 7)
        first, second, _ = home.ledger.batches("c1")

        assert home.ledger.next_batch("c1", NOW) == first
        assert home.ledger.next_batch("c1", NOW, skip=[first.id]) == second
        assert home.ledger.next_batch("c1", NOW, [one.id for one in home.ledger.batches("c1")]) is None

    def test_an_intent_survives_the_death_of_its_process(self, home: LedgerHome) -> None:
        batch = start(home, 3)

        assert home.ledger.intend(batch, an_attempt(batch)) == Intent(attempt=an_attempt(batch))
        home.die()

        assert [one.state for one in home.ledger.batches("c1")] == [BatchState.SUBMITTING]
        assert home.ledger.last_attempt(batch.id) == an_attempt(batch)

    def test_what_an_attempt_can_be_called_back_with_survives_as_well(self, home: LedgerHome) -> None:
        batch = start(home, 3)
        attempt = replace(an_attempt(batch), fence=Fence(id="MTk4", leaves_at=NOW))

        home.ledger.intend(batch, attempt)
        home.die()

        assert home.ledger.last_attempt(batch.id) == attempt

    @pytest.mark.parametrize("event", [CampaignEvent.PAUSE, CampaignEvent.CANCEL])
    def test_nothing_is_submitted_after_a_pause_or_a_cancel(
        self, home: LedgerHome, event: CampaignEvent
    ) -> None:
        batch = start(home, 3)
        home.ledger.change("c1", event)

        assert isinstance(home.ledger.intend(batch, an_attempt(batch)), IntentRefused)
        assert home.ledger.last_attempt(batch.id) is None

    def test_mail_of_a_wave_leaves_only_while_it_is_open_or_somebody_let_it(self, home: LedgerHome) -> None:
        wave = Wave(number=0, kind=WaveKind.CANARY, size=3, zone="UTC")
        home.ledger.plan(replace(a_campaign(), waves=(wave,)), members(3))
        home.ledger.change("c1", CampaignEvent.RUN)
        (batch,) = home.ledger.batches("c1")

        closed = home.ledger.intend(batch, an_attempt(batch))
        for event in (WaveEvent.OPEN, WaveEvent.FAIL):
            home.ledger.move_wave("c1", 0, event, NOW)
        failed = home.ledger.intend(batch, an_attempt(batch))
        home.ledger.move_wave("c1", 0, WaveEvent.OVERRIDE, NOW)

        assert (closed, failed) == (WaveShut(), WaveShut())
        assert home.ledger.last_attempt(batch.id) is None
        assert isinstance(home.ledger.intend(batch, an_attempt(batch)), Intent)

    def test_a_batch_is_intended_once(self, home: LedgerHome) -> None:
        batch = start(home, 3)
        home.ledger.intend(batch, an_attempt(batch))

        assert isinstance(home.ledger.intend(batch, an_attempt(batch)), IntentRefused)

    def test_an_attempt_key_is_used_once_for_ever(self, home: LedgerHome) -> None:
        batch = start(home, 6)
        home.ledger.intend(batch, an_attempt(batch))
        other = home.ledger.next_batch("c1", NOW)
        assert other is not None
        stolen = Attempt(
            batch_id=other.id, number=1, key=an_attempt(batch).key, body_digest="", started_at=NOW
        )

        assert isinstance(home.ledger.intend(other, stolen), IntentRefused)

    def test_who_left_after_the_plan_is_taken_out_at_the_last_moment(self, home: LedgerHome) -> None:
        batch = start(home, 4)
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
        batch = start(home, 1)
        home.suppress("r1@brief.example")

        home.ledger.intend(batch, an_attempt(batch))

        assert home.ledger.next_batch("c1", NOW) is None
        assert home.ledger.counts("c1") == {DeliveryState.SUPPRESSED: 1}
        assert home.ledger.change("c1", CampaignEvent.FINISH).state is CampaignState.FINISHED

    def test_a_status_chosen_on_purpose_is_not_taken_out_again(self, home: LedgerHome) -> None:
        home.enlist("r1@brief.example", SubscriberStatus.PENDING)
        batch = start(home, 1)

        assert isinstance(home.ledger.intend(batch, an_attempt(batch)), Intent)


def _then_raise(some: Iterable[Member], error: Exception) -> Iterable[Member]:
    yield from some
    raise error
