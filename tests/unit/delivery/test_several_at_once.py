"""Several batches are under way at once, and each is settled for itself."""

from __future__ import annotations

import threading

import pytest
from delivery_world import World

from newsletter.delivery.engine import Ending
from newsletter.delivery.outlet import Pace
from newsletter.testing.scripted_provider import (
    Turn,
    accept,
    lose_answer,
)


class Crash(BaseException):
    """The process dies here."""


def crash() -> None:
    raise Crash


@pytest.fixture
def wide(tmp_path):
    world = World(root=tmp_path, concurrency=4)
    world.plan(60)
    yield world
    world.store.close()


def test_several_batches_are_under_way_at_once_and_everybody_gets_one(wide):
    together = threading.Barrier(4, timeout=60)
    meet = Turn(answer=accept().answer, before=together.wait)

    report = wide.run(*[meet] * 12)

    assert report.ending is Ending.FINISHED
    assert wide.counts() == {"accepted": 60}
    assert set(wide.provider.record.emails().values()) == {1}


def test_what_is_under_way_beside_an_unknown_answer_is_settled_and_no_more_than_that_is_unknown(wide):
    together = threading.Barrier(4, timeout=60)
    lost = Turn(answer=lose_answer().answer, before=together.wait)
    fine = Turn(answer=accept().answer, before=together.wait)

    report = wide.run(lost, fine, fine, fine)

    assert report.ending is Ending.FINISHED
    assert wide.counts() == {"accepted": 55, "unknown": 5}


def test_a_death_with_several_under_way_leaves_at_most_those_unknown(wide):
    together = threading.Barrier(4, timeout=60)
    fine = Turn(answer=accept().answer, before=together.wait)
    dead = Turn(answer=accept().answer, before=together.wait, after=crash)

    with pytest.raises(Crash):
        wide.run(fine, dead, fine, fine)
    counted = wide.counts()
    wide.reopen()
    wide.run()

    assert counted["submitting"] == 5
    assert counted["accepted"] >= 15
    assert wide.counts() == {"accepted": 55, "unknown": 5}
    assert set(wide.provider.record.emails().values()) == {1}


def test_a_configured_concurrency_cannot_exceed_the_providers_own(tmp_path):
    world = World(root=tmp_path, concurrency=1)
    world.plan()
    threads = set()
    note = Turn(answer=accept().answer, before=lambda: threads.add(threading.get_ident()))

    world.run(note, note, note, pace=Pace(concurrency=8))

    assert threads == {threading.get_ident()}
    world.store.close()
