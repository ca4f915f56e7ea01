"""What was to leave at a certain time waits for it, can be taken back, and does not leave late by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from delivery_world import CAMPAIGN, World

from newsletter.delivery.engine import Ending
from newsletter.delivery.outlet import Pace
from newsletter.delivery.undo import await_undo
from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.domain.timing import Timing
from newsletter.testing.scripted_provider import Turn, accept

SOON = timedelta(minutes=1)


@pytest.fixture
def world(tmp_path):
    world = World(root=tmp_path)
    yield world
    world.store.close()


def scheduled(world, **timing):
    return world.plan(not_before=world.clock.now() + SOON, timing=Timing(**timing))


def test_it_leaves_at_its_time(world):
    start = scheduled(world).not_before

    report = world.run()

    assert report.ending is Ending.FINISHED
    assert world.clock.now() == start


def test_resumed_within_the_hour_it_still_leaves(world):
    scheduled(world)
    world.clock.sleep(60 + 3599)

    assert world.run().ending is Ending.FINISHED


def test_resumed_long_after_its_time_it_is_held_and_says_how_to_go_on(world):
    scheduled(world)
    world.clock.sleep(60 + 3600 * 4.5)

    report = world.run()

    assert (report.ending, report.attempts) == (Ending.PAUSED, 0)
    assert report.campaign.state is CampaignState.PAUSED
    assert "4 h 30 min ago" in report.campaign.reason
    assert "--late" in report.campaign.reason
    assert world.run().ending is Ending.PAUSED


def test_somebody_may_let_it_leave_late_and_that_is_written_down(world):
    scheduled(world)
    world.clock.sleep(60 + 3600 * 4.5)
    world.run()

    world.store.ledger.allow_late(CAMPAIGN, world.clock.now())

    assert world.run().ending is Ending.FINISHED
    assert "allow-late" in world.actions()


def test_leave_given_before_its_time_is_none(world):
    scheduled(world)
    world.store.ledger.allow_late(CAMPAIGN, world.clock.now())
    world.clock.sleep(60 + 3600 * 4.5)

    assert world.run().ending is Ending.PAUSED


def test_how_late_it_may_be_is_frozen_with_the_plan(world):
    scheduled(world, late_s=60.0)
    world.clock.sleep(60 + 61)

    assert world.run().ending is Ending.PAUSED


def test_once_begun_it_may_be_resumed_at_any_time(world):
    scheduled(world)
    stops = iter((False,) * 4 + (True,))
    world.run(stop=lambda: world.clock.slept_s >= 60 and next(stops, True))
    assert 0 < world.counts()["accepted"] < 12
    world.clock.sleep(3600 * 30)

    assert world.run().ending is Ending.FINISHED


@pytest.mark.parametrize("jump_s", [-3600.0, 3600.0, 73 * 3600.0])
def test_a_clock_that_jumps_in_the_middle_of_a_run_changes_nothing(world, jump_s):
    scheduled(world)
    jumps = Turn(answer=accept().answer, after=lambda: world.clock.jump(jump_s))

    assert world.run(jumps).ending is Ending.FINISHED
    assert set(world.provider.record.emails().values()) == {1}


def test_a_clock_that_jumps_days_ahead_before_the_start_holds_it(world):
    scheduled(world)
    before = []

    def stop() -> bool:
        if not before:
            before.append(world.clock.jump(73 * 3600.0))
        return False

    report = world.run(stop=stop)

    assert (report.ending, report.attempts) == (Ending.PAUSED, 0)


def test_further_off_than_a_run_waits_it_ends_and_says_until_when(world):
    start = scheduled(world).not_before

    report = world.run(pace=Pace(longest_wait_s=30.0))

    assert (report.ending, report.waits_until) == (Ending.WAITING, start)


# --- taking it back -----------------------------------------------------------------------------------


def with_undo(world):
    return world.plan(timing=Timing(undo_until=world.clock.now() + timedelta(seconds=30)))


def wait(world, stop=lambda: False, told=None):
    tell = (told if told is not None else []).append
    return await_undo(CAMPAIGN, world.store.ledger, world.clock, stop=stop, tell=tell)


def test_left_alone_it_goes_when_the_time_is_over(world):
    with_undo(world)
    told = []

    assert wait(world, told=told) is True
    assert (told[0], world.clock.slept_s) == (30.0, pytest.approx(30.0))
    assert world.run().ending is Ending.FINISHED


def test_taken_back_nobody_is_mailed_and_nobody_ever_will_be_by_it(world):
    with_undo(world)

    assert wait(world, stop=lambda: world.clock.slept_s > 10) is False
    assert world.counts() == {"cancelled": 12}
    assert world.store.ledger.campaign(CAMPAIGN).reason == "taken back before anything left"


def test_a_cancel_from_elsewhere_takes_it_back_as_well(world):
    with_undo(world)

    def elsewhere() -> bool:
        if world.clock.slept_s > 10:
            world.store.ledger.change(CAMPAIGN, CampaignEvent.CANCEL)
        return False

    assert wait(world, stop=elsewhere) is False
    assert world.provider.record.rows() == []


def test_a_pause_from_elsewhere_holds_it_and_nothing_is_lost(world):
    with_undo(world)

    def elsewhere() -> bool:
        if world.clock.slept_s > 10:
            world.store.ledger.change(CAMPAIGN, CampaignEvent.PAUSE)
        return False

    assert wait(world, stop=elsewhere) is False
    assert world.counts() == {"pending": 12}
    assert world.run().ending is Ending.FINISHED


def test_whoever_resumes_it_waits_for_the_same_end(world):
    until = with_undo(world).timing.undo_until
    world.reopen()

    world.run()

    assert world.clock.now() >= until


def test_without_a_window_nothing_is_waited_for(world):
    world.plan()

    assert wait(world) is True
    assert world.clock.slept_s == 0
