"""What every ledger must do about rates: keep them through deaths, between campaigns, whatever the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.delivery import CampaignEvent
from newsletter.protocols import Intent, Toll, TooEarly
from newsletter.testing.ledger_samples import NOW, LedgerHome, a_campaign, an_attempt, members, start

__all__ = ["RatesContract"]

_TOLL = Toll(name="provider:outbox", seconds_each=10.0)
_OTHER = Toll(name="lane:brief.example", seconds_each=1.0)


class RatesContract:
    """Tests of the buckets; needs a fixture `home`."""

    def test_a_batch_that_leaves_closes_its_buckets_for_each_of_its_readers(self, home: LedgerHome) -> None:
        batch = start(home, 3)

        answer = home.ledger.intend(batch, an_attempt(batch), (_TOLL, _OTHER))

        assert isinstance(answer, Intent)
        assert home.ledger.opens_at((_TOLL, _OTHER), NOW) == {
            _TOLL.name: NOW + timedelta(seconds=30),
            _OTHER.name: NOW + timedelta(seconds=3),
        }
        assert home.ledger.opens_at((_TOLL, _OTHER), NOW + timedelta(seconds=30)) == {}

    def test_a_batch_before_its_time_is_not_intended_and_pays_nothing(self, home: LedgerHome) -> None:
        first = start(home, 6)
        second = home.ledger.batches("c1")[1]
        home.ledger.intend(first, an_attempt(first), (_TOLL,))

        answer = home.ledger.intend(second, an_attempt(second), (_OTHER, _TOLL))

        assert answer == TooEarly(until=NOW + timedelta(seconds=30))
        assert home.ledger.opens_at((_OTHER,), NOW) == {}
        assert isinstance(home.ledger.intend(second, _later(second, 30), (_TOLL,)), Intent)

    def test_a_death_and_another_campaign_change_nothing_about_a_rate(self, home: LedgerHome) -> None:
        batch = start(home, 3)
        home.ledger.intend(batch, an_attempt(batch), (_TOLL,))
        home.die()
        home.ledger.plan(a_campaign("c2", issue="winter"), members(3))
        home.ledger.change("c2", CampaignEvent.RUN)
        other = home.ledger.batches("c2")[0]

        answer = home.ledger.intend(other, an_attempt(other), (_TOLL,))

        assert answer == TooEarly(until=NOW + timedelta(seconds=30))

    def test_a_clock_set_back_holds_mail_up_for_no_more_than_the_last_batch_takes(
        self, home: LedgerHome
    ) -> None:
        batch = start(home, 3)
        home.ledger.intend(batch, an_attempt(batch), (_TOLL,))
        back = NOW - timedelta(days=3)

        closed = home.ledger.opens_at((_TOLL,), back)

        assert closed == {_TOLL.name: back + timedelta(seconds=30)}
        assert home.ledger.opens_at((_TOLL,), back + timedelta(seconds=30)) == {}

    def test_a_clock_set_forward_saves_nothing_up(self, home: LedgerHome) -> None:
        first = start(home, 6)
        second = home.ledger.batches("c1")[1]
        home.ledger.intend(first, an_attempt(first), (_TOLL,))
        ahead = NOW + timedelta(days=3)

        home.ledger.intend(second, replace(an_attempt(second), started_at=ahead), (_TOLL,))

        assert home.ledger.opens_at((_TOLL,), ahead) == {_TOLL.name: ahead + timedelta(seconds=30)}

    def test_batches_of_a_closed_lane_let_others_pass(self, home: LedgerHome) -> None:
        start(home, 6)

        assert home.ledger.next_batch("c1", NOW, (), [""]) is None
        assert home.ledger.next_batch("c1", NOW, (), ["outlook.com"]) is not None


def _later(batch: Batch, seconds: float) -> Attempt:
    return replace(an_attempt(batch), started_at=NOW + timedelta(seconds=seconds))
