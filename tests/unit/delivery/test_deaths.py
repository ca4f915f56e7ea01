"""A process that dies, or can no longer write, leaves nobody twice and nobody lost."""

from __future__ import annotations

import pytest
from delivery_world import World

from newsletter.delivery.engine import Ending
from newsletter.errors import AnotherRunner, StoreError
from newsletter.testing.scripted_provider import (
    Turn,
    accept,
    lose_answer,
    lose_request,
)


class Crash(BaseException):
    """The process dies here."""


def crash() -> None:
    raise Crash


@pytest.fixture
def world(tmp_path):
    world = World(root=tmp_path)
    world.plan()
    yield world
    world.store.close()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_batch_under_way_at_a_death_is_unknown_and_not_sent_again(world, moment):
    with pytest.raises(Crash):
        world.run(accept(), Turn(answer=accept().answer, **{moment: crash}))
    world.reopen()

    report = world.run()

    assert report.orphans == 1
    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 7, "unknown": 5}
    assert set(world.provider.record.emails().values()) == {1}


@pytest.mark.parametrize("moment", ["before", "after"])
def test_with_conclusive_evidence_a_death_leaves_nobody_unknown(tmp_path, moment):
    world = World(root=tmp_path, is_conclusive=True)
    world.plan()
    with pytest.raises(Crash):
        world.run(accept(), Turn(answer=accept().answer, **{moment: crash}))
    world.reopen()

    report = world.run()

    assert world.counts() == {"accepted": 12}
    assert set(world.provider.record.emails().values()) == {1}
    assert len(world.provider.record.emails()) == 12
    assert (report.proof.accepted, report.proof.not_sent) == ((5, 0) if moment == "after" else (0, 5))
    world.store.close()


def test_with_conclusive_evidence_a_lost_answer_is_settled_within_the_run(tmp_path):
    world = World(root=tmp_path, is_conclusive=True)
    world.plan()

    world.run(lose_answer(), lose_request())

    assert world.counts() == {"accepted": 12}
    assert set(world.provider.record.emails().values()) == {1}
    world.store.close()


def test_a_bug_while_building_leaves_the_batch_pending(world):
    shipment = world.outlet.shipments.of("")

    class Broken(type(shipment)):
        def build(self, recipients, attempt_key, fence=None):
            if recipients[0].email == "r005@brief.example":
                raise ZeroDivisionError
            return super().build(recipients, attempt_key, fence)

    prepare = {"prepare": lambda self, m: Broken(provider=self, mailing=m), "__slots__": ()}
    whole = type(world.provider)
    world.provider.__class__ = type("BrokenProvider", (whole,), prepare)
    with pytest.raises(ZeroDivisionError):
        world.run()
    world.provider.__class__ = whole

    assert world.counts() == {"accepted": 5, "pending": 7}
    assert world.run().ending is Ending.FINISHED


def test_when_the_outcome_cannot_be_written_nothing_more_is_submitted(world):
    """A trigger stands for a full disk: the write that settles an attempt fails."""
    with world.store.database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE UPDATE OF outcome ON attempt WHEN NEW.outcome = 'accepted' "
            "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
        )
    with pytest.raises(StoreError):
        world.run()
    with world.store.database.writing() as connection:
        connection.exec_driver_sql("DROP TRIGGER full")

    assert world.provider.requests == 1
    assert world.counts() == {"submitting": 5, "pending": 7}
    assert world.run().orphans == 1
    assert world.counts() == {"unknown": 5, "accepted": 7}


def test_a_second_runner_is_turned_away(world):
    other = {}

    def interfere():
        try:
            world.run()
        except AnotherRunner as error:
            other["error"] = error

    world.run(Turn(answer=accept().answer, before=interfere))

    assert other["error"].exit_code == 75
    assert world.counts() == {"accepted": 12}
