"""A few readers go first; the rest follows when what became of their mail allows it, or somebody does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from delivery_world import CAMPAIGN, World, reader
from mortal_ledger import Crash
from sqlalchemy import insert, select

from newsletter.delivery.engine import Ending, run_campaign
from newsletter.delivery.outlet import Pace, Surroundings
from newsletter.domain.campaign import Member
from newsletter.domain.delivery import CampaignState, WaveEvent, WaveState
from newsletter.domain.quiet import QuietHours
from newsletter.domain.timing import Timing
from newsletter.domain.wave import Gate, Wave, WaveKind
from newsletter.store.schema.tables import batch, delivery, provider_event
from newsletter.testing.scripted_provider import Turn, accept, lose_answer, refuse

WAIT_S = 20.0
CANARY = Wave(number=0, kind=WaveKind.CANARY, size=5, zone="UTC", gate=Gate(wait_s=WAIT_S))
REST = Wave(number=1, kind=WaveKind.REST, stage=1, size=15, zone="UTC")


class Waved(World):
    """A world in which the first five readers are the canary."""

    def reader(self, number: int) -> Member:
        one = reader(number)
        return Member(
            subscriber_id=one.subscriber_id,
            email=one.email,
            key=one.key,
            values=one.values,
            wave=0 if number < 5 else 1,
        )

    def wave(self, number: int) -> Wave:
        return self.store.ledger.waves(CAMPAIGN)[number]

    def tell(self, kind: str, readers: int, bounce: str | None = None) -> None:
        """Let the provider tell of the first `readers` readers of the canary."""
        with self.store.database.writing() as connection:
            query = select(delivery.c.id).join(batch, batch.c.id == delivery.c.batch_id)
            ids = connection.scalars(query.where(batch.c.wave == 0).limit(readers)).all()
            connection.execute(
                insert(provider_event),
                [
                    {
                        "provider": "scripted",
                        "event_id": f"{kind}-{one}",
                        "kind": kind,
                        "at": self.clock.now(),
                        "delivery_id": one,
                        "bounce": bounce,
                    }
                    for one in ids
                ],
            )


def through(world, *turns: Turn):
    """Run the campaign, and again whenever it ends because there is long to wait."""
    report = world.run(*turns, pace=Pace(longest_wait_s=1.0))
    while report.ending is Ending.WAITING:
        world.clock.sleep((report.waits_until - world.clock.now()).total_seconds())
        report = world.run(pace=Pace(longest_wait_s=1.0))
    return report


@pytest.fixture
def world(tmp_path):
    world = Waved(root=tmp_path)
    yield world
    world.store.close()


def plan(world, *waves: Wave, **changes) -> None:
    world.plan(20, waves=waves or (CANARY, REST), **changes)


def test_the_canary_goes_first_and_the_rest_after_the_wait(world):
    plan(world)

    report = world.run()

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 20}
    assert world.clock.slept_s == pytest.approx(WAIT_S, abs=6)
    assert [one.state for one in world.store.ledger.waves(CAMPAIGN)] == ["passed", "passed"]
    assert world.wave(0).showing.submitted == 5


def test_nobody_of_the_rest_is_mailed_before_the_gate_has_opened(world):
    plan(world)

    report = world.run(stop=lambda: world.clock.slept_s > WAIT_S - 10)

    assert report.ending is Ending.STOPPED
    assert world.counts() == {"accepted": 5, "pending": 15}
    assert [one.state for one in world.store.ledger.waves(CAMPAIGN)] == ["watched", "closed"]


def test_a_gate_that_closes_elsewhere_lets_no_claimed_batch_through_until_it_is_opened(world):
    world.reader = lambda number: Waved.reader(world, number)._replace(wave=int(number >= 10))
    plan(world, replace(CANARY, size=10), replace(REST, size=10))

    def close() -> bool:
        if world.counts().get("accepted") == 5 and world.wave(0).state is WaveState.OPEN:
            world.store.ledger.move_wave(CAMPAIGN, 0, WaveEvent.FAIL, world.clock.now(), "seen elsewhere")
        return False

    held = world.run(stop=close)
    left = world.counts()
    world.store.ledger.move_wave(CAMPAIGN, 0, WaveEvent.OVERRIDE, world.clock.now())
    report = world.run()

    assert (held.ending, left) == (Ending.PAUSED, {"accepted": 5, "pending": 15})
    assert "seen elsewhere" in held.campaign.reason
    assert (report.ending, world.counts()) == (Ending.FINISHED, {"accepted": 20})


def test_bounces_close_the_gate_and_pause_with_the_numbers(world):
    plan(world)
    after = Turn(answer=accept().answer, after=lambda: world.tell("bounced", 3, "hard"))

    report = world.run(after)

    assert (report.ending, report.campaign.state) == (Ending.PAUSED, CampaignState.PAUSED)
    assert world.counts() == {"accepted": 5, "pending": 15}
    assert "3 of 5 bounced (60.0%; certainly more than 2.0%)" in report.campaign.reason
    assert "--override-gate" in report.campaign.reason
    assert world.wave(0).state is WaveState.FAILED
    assert world.wave(0).showing.bounced == 3


def test_a_failed_gate_stays_closed_until_somebody_opens_it_and_that_is_written_down(world):
    plan(world)
    world.run(Turn(answer=accept().answer, after=lambda: world.tell("complained", 4)))

    again = world.run()
    world.store.ledger.move_wave(CAMPAIGN, 0, WaveEvent.OVERRIDE, world.clock.now())
    report = world.run()

    assert (again.ending, again.attempts) == (Ending.PAUSED, 0)
    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 20}
    assert "override-gate" in world.actions()
    assert "4 of 5 complained" in world.wave(0).why


def test_a_refusal_in_the_session_counts_as_a_bounce(world):
    plan(world)

    report = world.run(*[refuse()] * 20)

    assert report.ending is Ending.PAUSED
    assert "bounced" in report.campaign.reason


def test_soft_bounces_and_deliveries_do_not_close_the_gate(world):
    plan(world)

    def tell() -> None:
        world.tell("bounced", 1, "soft")
        world.tell("delivered", 4)

    assert world.run(Turn(answer=accept().answer, after=tell)).ending is Ending.FINISHED


def test_when_the_provider_has_told_of_nearly_everybody_there_is_nothing_to_wait_for(world):
    plan(world)

    report = world.run(Turn(answer=accept().answer, after=lambda: world.tell("delivered", 5)))

    assert report.ending is Ending.FINISHED
    assert world.clock.slept_s < 10


def test_an_unknown_batch_of_the_canary_holds_the_rest_once_the_wait_is_over(world):
    plan(world)

    report = world.run(lose_answer())

    assert report.ending is Ending.PAUSED
    assert "5 are unknown" in report.campaign.reason
    assert world.clock.slept_s > WAIT_S - 10


def test_an_unknown_batch_that_evidence_settles_meanwhile_holds_nobody(world):
    plan(world)
    settled = []

    def stop() -> bool:
        if world.clock.slept_s > 6 and not settled:
            settled.append(world.store.ledger.resolve(CAMPAIGN, assume_sent=True, now=world.clock.now()))
        return False

    assert world.run(lose_answer(), stop=stop).ending is Ending.FINISHED


def test_dead_in_the_middle_of_the_wait_the_next_run_waits_for_what_is_left_of_it(world):
    plan(world)
    with pytest.raises(Crash):
        world.run(stop=lambda: _die(world.clock.slept_s > 6))
    world.reopen()
    world.clock.sleep(5)
    before = world.clock.slept_s

    report = world.run()

    assert report.ending is Ending.FINISHED
    assert world.clock.slept_s - before == pytest.approx(WAIT_S - 11, abs=6)
    assert set(world.provider.record.emails().values()) == {1}


def _die(now: bool) -> bool:
    if now:
        raise Crash("in the wait")
    return False


@pytest.mark.parametrize("jump_s", [-3600.0, 3600.0, 73 * 3600.0])
def test_a_clock_set_during_the_wait_neither_shortens_nor_lengthens_it(world, jump_s):
    plan(world)
    jumps = []

    def stop() -> bool:
        if world.clock.slept_s > 6 and not jumps:
            jumps.append(world.clock.jump(jump_s))
        return False

    assert world.run(stop=stop).ending is Ending.FINISHED
    assert world.clock.slept_s == pytest.approx(WAIT_S, abs=6)


def test_a_run_that_does_not_want_to_wait_ends_and_says_until_when(world):
    plan(world)

    report = world.run(pace=Pace(longest_wait_s=10.0))

    assert report.ending is Ending.WAITING
    assert report.waits_until - world.clock.now() == pytest.approx(
        timedelta(seconds=WAIT_S), abs=timedelta(seconds=10)
    )
    world.clock.sleep(WAIT_S)
    assert world.run().ending is Ending.FINISHED


def test_batches_put_back_in_a_wave_that_has_passed_may_go(world):
    plan(world, replace(CANARY, gate=None), REST)
    world.run(lose_answer())
    world.store.ledger.resolve(CAMPAIGN, assume_sent=False, now=world.clock.now())

    assert world.run().ending is Ending.FINISHED
    assert world.counts() == {"accepted": 20}


def test_somebody_may_open_the_gate_while_a_run_waits_for_it(world):
    plan(world)
    opened = []

    def stop() -> bool:
        if world.clock.slept_s > 6 and not opened:
            now = world.clock.now()
            opened.append(world.store.ledger.move_wave(CAMPAIGN, 0, WaveEvent.OVERRIDE, now))
        return False

    report = world.run(stop=stop)

    assert report.ending is Ending.FINISHED
    assert world.clock.slept_s < WAIT_S - 5


# --- times of waves -----------------------------------------------------------------------------------

SOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 11, 24, 20, 0, tzinfo=UTC)


def test_each_wave_of_a_stage_goes_at_its_own_time(world):
    plan(world, replace(CANARY, gate=None, not_before=SOON), replace(REST, stage=0, not_before=LATER))

    world.clock.jump((SOON - world.clock.now()).total_seconds())
    early = world.run(pace=Pace(longest_wait_s=1.0))

    assert (early.ending, early.waits_until) == (Ending.WAITING, LATER)
    assert world.counts() == {"accepted": 5, "pending": 15}
    world.clock.sleep((LATER - world.clock.now()).total_seconds())
    assert world.run().ending is Ending.FINISHED


def test_a_wave_whose_time_is_long_past_is_held(world):
    plan(world, replace(CANARY, gate=None, not_before=SOON), replace(REST, stage=0, not_before=LATER))
    world.clock.jump((SOON - world.clock.now()).total_seconds())
    world.run(pace=Pace(longest_wait_s=1.0))
    world.clock.sleep(24 * 3600)

    report = world.run()

    assert report.ending is Ending.PAUSED
    assert "--late" in report.campaign.reason
    world.store.ledger.allow_late(CAMPAIGN, world.clock.now())
    assert world.run().ending is Ending.FINISHED


def test_leave_for_one_late_wave_is_none_for_another(world):
    first, second = replace(CANARY, gate=None, not_before=SOON), replace(REST, stage=0, not_before=LATER)
    plan(world, first, second)
    world.clock.jump((LATER - world.clock.now()).total_seconds() + 2 * 3600)
    world.store.ledger.allow_late(CAMPAIGN, SOON)

    report = world.run()

    assert (report.ending, world.counts()) == (Ending.PAUSED, {"pending": 20})


QUIET = Timing(quiet=QuietHours(start=time(21), end=time(8)))


def test_nothing_leaves_in_quiet_hours_by_the_clock_of_the_wave(world):
    at_five_in_tokyo = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
    world.clock.jump((at_five_in_tokyo - world.clock.now()).total_seconds())
    plan(
        world,
        replace(CANARY, gate=None, zone="Asia/Tokyo"),
        replace(REST, stage=0, zone="Europe/Amsterdam"),  # where it is 21:00
        timing=QUIET,
    )

    report = through(world)

    assert report.ending is Ending.FINISHED
    assert world.clock.now() == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    batches = world.store.ledger.batches(CAMPAIGN)
    starts = [(one.wave, world.store.ledger.last_attempt(one.id).started_at.hour) for one in batches]
    assert sorted(set(starts)) == [(0, 23), (1, 7)]


def test_a_campaign_under_way_stops_for_the_quiet_hours_and_goes_on_after(world):
    start = datetime(2026, 11, 24, 20, 59, 59, tzinfo=UTC)
    world.clock.jump((start - world.clock.now()).total_seconds())
    plan(world, replace(CANARY, gate=None), replace(REST, stage=0), timing=QUIET)
    nightfall = Turn(answer=accept().answer, after=lambda: world.clock.sleep(2))

    report = through(world, nightfall)

    assert report.ending is Ending.FINISHED
    assert world.clock.now() == datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


# --- deaths -------------------------------------------------------------------------------------------


class DiesMoving:
    """A ledger whose process dies at the `at`-th change of a wave, before it is written or after."""

    def __init__(self, ledger, at: int, *, is_written: bool) -> None:
        self._ledger, self._left, self._is_written = ledger, at, is_written

    def __getattr__(self, name: str):
        return getattr(self._ledger, name)

    def move_wave(self, *asked):
        if self._left == 0:
            if self._is_written:
                self._ledger.move_wave(*asked)
            raise Crash("moving a wave")
        self._left -= 1
        return self._ledger.move_wave(*asked)


@pytest.mark.parametrize("is_written", [False, True])
@pytest.mark.parametrize("at", range(6))  # open, watch and pass, of both waves
def test_dead_at_any_change_of_a_wave_the_next_run_goes_on_and_nobody_is_mailed_twice(world, at, is_written):
    plan(world, replace(CANARY, gate=replace(CANARY.gate, wait_s=0.0)), REST)
    outlet = world.outlet
    mortal = replace(outlet, ledger=DiesMoving(outlet.ledger, at, is_written=is_written))
    around = Surroundings(clock=world.clock, random=lambda: 0.5)
    with pytest.raises(Crash):
        run_campaign(CAMPAIGN, mortal, Pace(), around)
    world.reopen()

    report = world.run()

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 20}
    assert set(world.provider.record.emails().values()) == {1}
