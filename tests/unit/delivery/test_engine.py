"""A campaign runs to its end, or to the right stop, whatever the provider answers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from delivery_world import CAMPAIGN, World

from newsletter.delivery.engine import Ending
from newsletter.delivery.outlet import Pace
from newsletter.delivery.rate import parse_rate
from newsletter.delivery.tolls import Rates
from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.errors import UsageError
from newsletter.testing.scripted_provider import (
    Turn,
    accept,
    halt,
    lose_answer,
    lose_request,
    not_sent,
    refuse,
)


@pytest.fixture
def world(tmp_path):
    world = World(root=tmp_path)
    world.plan()
    yield world
    world.store.close()


def test_everybody_gets_the_letter_once_and_a_second_run_does_nothing(world):
    first = world.run()
    second = world.run()

    assert first.ending is Ending.FINISHED
    assert first.campaign.state is CampaignState.FINISHED
    assert first.attempts == 3
    assert world.counts() == {"accepted": 12}
    assert set(world.provider.record.emails().values()) == {1}
    assert len(world.provider.record.rows()) == 12
    assert (second.ending, second.attempts) == (Ending.FINISHED, 0)


def test_progress_grows_to_the_total(world):
    world.run()

    assert [one.accepted for one in world.seen] == [0, 5, 10, 12]
    assert [one.open for one in world.seen] == [12, 7, 2, 0]


def test_what_was_provably_not_sent_is_sent_later(world):
    report = world.run(not_sent(), not_sent(retry_after_s=30.0), accept())

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 12}
    assert 30.0 <= world.clock.slept_s < 40.0


def test_a_provider_that_takes_nothing_pauses_the_campaign_and_resume_goes_on(world):
    report = world.run(*[not_sent()] * 50)

    assert report.ending is Ending.PAUSED
    assert report.campaign.state is CampaignState.PAUSED
    assert "took nothing 7 times in a row" in report.campaign.reason
    assert report.attempts == 7
    assert world.run().ending is Ending.FINISHED


def test_a_refused_key_halts_and_nothing_more_is_submitted(world):
    report = world.run(accept(), halt())

    assert report.ending is Ending.HALTED
    assert report.campaign.state is CampaignState.HALTED
    assert report.campaign.reason == "the key is not valid"
    assert report.attempts == 2
    assert world.counts() == {"accepted": 5, "pending": 7}
    assert world.run().ending is Ending.FINISHED


def test_an_unknown_batch_is_held_and_the_others_go_on_after_a_probe(world):
    report = world.run(lose_answer(), accept())

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"unknown": 5, "accepted": 7}
    assert set(world.provider.record.emails().values()) == {1}


def test_nothing_is_claimed_until_a_probe_is_answered(world):
    silent = Outcome(kind=OutcomeKind.UNKNOWN, detail="silence")
    world.provider.probes[:] = [silent] * 3

    report = world.run(lose_answer())

    assert report.ending is Ending.FINISHED
    assert world.clock.slept_s == pytest.approx(0.75 * (1 + 2 + 4))


def test_a_probe_that_is_never_answered_pauses(world):
    world.provider.probes[:] = [Outcome(kind=OutcomeKind.NOT_SENT, detail="no route")] * 50

    report = world.run(lose_answer())

    assert report.ending is Ending.PAUSED
    assert report.attempts == 1


def test_a_probe_that_is_refused_halts(world):
    world.provider.probes[:] = [Outcome(kind=OutcomeKind.HALT, detail="key withdrawn")]

    report = world.run(lose_answer())

    assert report.ending is Ending.HALTED
    assert report.campaign.reason == "key withdrawn"


def test_three_unknown_answers_in_a_row_pause(world):
    world.plan(40, "second", issue="winter")

    report = world.run(*[lose_request()] * 10, campaign_id="second")

    assert report.ending is Ending.PAUSED
    assert report.attempts == 3
    assert "3 answers in a row that prove nothing" in report.campaign.reason


def test_one_bad_address_does_not_cost_the_others_their_letter(world):
    bad = "r003@brief.example"

    def picky(payload):
        emails = [one.email for one in payload.recipients]
        return refuse() if bad in emails else accept()

    class Picky(type(world.provider.prepare(world.outlet.shipments.of("").mailing))):
        def submit(self, payload):
            self.provider.turns[:] = [picky(payload)]
            return super().submit(payload)

    world.provider.__class__ = type(
        "PickyProvider",
        (type(world.provider),),
        {"prepare": lambda self, m: Picky(provider=self, mailing=m), "__slots__": ()},
    )

    report = world.run()

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 11, "rejected": 1}
    assert world.states()[bad] == "rejected"


def test_a_refused_reader_is_named_and_the_others_go_in_the_next_attempt(world):
    report = world.run(refuse([2]), accept())

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 11, "rejected": 1}
    assert world.clock.slept_s == 0.0


def test_a_reader_who_leaves_after_the_plan_gets_nothing(world):
    world.leave(1)
    for number in (10, 11):
        world.leave(number)

    report = world.run()

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 9, "suppressed": 3}
    assert "r001@brief.example" not in world.provider.record.emails()
    assert report.attempts == 2
    assert world.seen[-1].open == 0


def test_a_pause_from_elsewhere_is_seen_before_the_next_claim(world):
    pause = Turn(
        answer=accept().answer, after=lambda: world.store.ledger.change(CAMPAIGN, CampaignEvent.PAUSE)
    )

    report = world.run(pause)

    assert report.ending is Ending.PAUSED
    assert report.attempts == 1
    assert world.counts() == {"accepted": 5, "pending": 7}


def test_a_cancel_from_elsewhere_stops_for_good(world):
    cancel = Turn(
        answer=not_sent().answer,
        takes=frozenset(),
        after=lambda: world.store.ledger.change(CAMPAIGN, CampaignEvent.CANCEL),
    )

    report = world.run(accept(), cancel)

    assert report.ending is Ending.CANCELLED
    assert world.counts() == {"accepted": 5, "cancelled": 7}
    with pytest.raises(UsageError, match="cancelled"):
        world.run()


def test_a_pause_is_seen_while_waiting(world):
    slept = world.clock.sleep

    def sleep(seconds):
        slept(seconds)
        if world.clock.slept_s > 5:
            world.store.ledger.change(CAMPAIGN, CampaignEvent.PAUSE)

    world.clock.sleep = sleep

    report = world.run(not_sent(retry_after_s=3000.0))

    assert report.ending is Ending.PAUSED
    assert world.clock.slept_s < 10


def test_asked_to_stop_it_finishes_what_is_under_way_and_pauses(world):
    report = world.run(stop=lambda: world.provider.requests >= 2)

    assert report.ending is Ending.STOPPED
    assert report.campaign.state is CampaignState.PAUSED
    assert world.counts() == {"accepted": 10, "pending": 2}
    assert world.run().ending is Ending.FINISHED


def test_asked_to_stop_after_the_last_batch_it_is_simply_finished(world):
    report = world.run(stop=lambda: world.provider.requests >= 3)

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 12}


def test_the_rate_holds_over_the_whole_campaign(world):
    start = world.clock.monotonic()

    world.run(pace=Pace(rates=Rates(provider=parse_rate("5/s"))))

    assert world.clock.monotonic() - start == pytest.approx(2.0)


def test_a_clock_set_back_neither_hurries_nor_stops_a_run(world):
    back = Turn(answer=accept().answer, after=lambda: world.clock.jump(-3600.0))

    report = world.run(back, pace=Pace(rates=Rates(provider=parse_rate("5/s"))))

    assert report.ending is Ending.FINISHED
    assert world.clock.slept_s == pytest.approx(2.0)


def test_a_campaign_for_later_waits_for_its_time(tmp_path):
    world = World(root=tmp_path)
    world.plan(not_before=world.clock.now() + timedelta(minutes=5))

    report = world.run()

    assert report.ending is Ending.FINISHED
    assert world.clock.slept_s == pytest.approx(300.0)
    world.store.close()


def test_a_campaign_for_much_later_ends_the_run_instead_and_stays_planned(tmp_path):
    world = World(root=tmp_path)
    world.plan(not_before=world.clock.now() + timedelta(minutes=5))

    report = world.run(pace=Pace(longest_wait_s=60.0))

    assert report.ending is Ending.WAITING
    assert report.waits_until == world.clock.now() + timedelta(minutes=5)
    assert report.campaign.state is CampaignState.PLANNED
    assert report.attempts == 0
    world.store.close()


def test_a_wait_that_is_too_long_pauses_with_the_time_as_reason(world):
    report = world.run(not_sent(retry_after_s=900.0), pace=Pace(longest_wait_s=60.0))

    assert report.ending is Ending.WAITING
    assert report.waits_until == world.clock.now() + timedelta(seconds=900)
    assert report.campaign.state is CampaignState.PAUSED
    assert "2026-11-24 08:45" in report.campaign.reason


def test_a_run_after_an_unknown_one_first_asks_whether_the_provider_is_there(world):
    world.run(lose_answer(), stop=lambda: world.provider.requests == 1)
    world.provider.probes[:] = [Outcome(kind=OutcomeKind.NOT_SENT, detail="no route")] * 50
    before = world.provider.requests

    report = world.run()

    assert report.ending is Ending.PAUSED
    assert world.provider.requests == before


def test_a_ledger_restored_from_a_backup_does_not_make_the_same_attempt_keys_again(tmp_path):
    keys = []
    for chance in (0.25, 0.75):  # two runs of one campaign, the second from a copy made before the first
        root = tmp_path / str(chance)
        root.mkdir()
        world = World(root=root)
        world.plan()
        world.run(chance=chance)
        keys.append({row["key"] for row in world.provider.record.rows()})
        world.store.close()

    assert len(keys[0]) == len(keys[1]) == 3
    assert not keys[0] & keys[1]
