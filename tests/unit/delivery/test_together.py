"""Several workers send one campaign: nobody twice, nobody lost, whoever is stopped or answers late."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from delivery_world import CAMPAIGN, World

from newsletter.delivery.engine import Ending, pump_campaign
from newsletter.delivery.outlet import Pace, Surroundings
from newsletter.delivery.rate import Rate
from newsletter.delivery.resolve import Choice, gather_evidence, resolve
from newsletter.delivery.stake import SharedStake
from newsletter.delivery.tolls import Rates
from newsletter.domain.campaign import Attempt
from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.domain.lease import Lease
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.project.sending.pumping import DatabaseClock, give_up_dead
from newsletter.testing.fake_clock import FakeClock
from newsletter.testing.ledger_samples import an_attempt
from newsletter.testing.scripted_provider import Turn, accept, halt, lose_answer, lose_request, not_sent


@pytest.fixture
def world(tmp_path):
    made = World(root=tmp_path)
    made.plan(30)
    made.store.ledger.change(CAMPAIGN, CampaignEvent.RUN)
    yield made
    made.store.close()


def pump(world, *turns, worker="anna", lease_s=600.0, stop=lambda: False, rates=None, on_work=None):
    """Let one worker pump, as the process that `world` is."""
    world.provider.turns.extend(turns)
    clock = DatabaseClock(world.clock, world.store.leases.now())
    stake = SharedStake(
        world.store.ledger,
        world.store.leases,
        Lease(worker=worker, length=timedelta(seconds=lease_s)),
        clock,
        pauses=False,
        on_work=on_work or (lambda: None),
    )
    around = Surroundings(clock=clock, random=lambda: 0.5, stop=stop)
    pace = Pace(longest_wait_s=3.0, rates=rates or Rates())
    return pump_campaign(CAMPAIGN, world.outlet, pace, around, stake)


def lose_leases(world):
    """Let every lease be over, as time does."""
    with world.store.database.writing() as connection:
        connection.exec_driver_sql("UPDATE attempt SET lease_until = '2020-01-01T00:00:00.000000Z'")


def test_a_worker_sends_what_is_there_and_finishes_the_campaign(world):
    report = pump(world)

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 30}
    assert world.store.ledger.campaign(CAMPAIGN).state is CampaignState.FINISHED


def test_two_workers_at_once_send_each_batch_once(world):
    meet = threading.Barrier(2, timeout=60)
    together = Turn(answer=accept().answer, before=meet.wait)
    world.provider.turns.extend([together] * 6)
    workers = [threading.Thread(target=pump, args=(world,), kwargs={"worker": name}) for name in ("a", "b")]

    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert world.counts() == {"accepted": 30}
    assert set(world.provider.record.emails().values()) == {1}


def test_a_worker_that_stops_leaves_the_campaign_to_the_others(world):
    calls = iter([False, False, True])

    report = pump(world, stop=lambda: next(calls, True))

    assert report.ending is Ending.STOPPED
    assert world.store.ledger.campaign(CAMPAIGN).state is CampaignState.RUNNING
    assert pump(world, worker="bert").ending is Ending.FINISHED
    assert world.counts() == {"accepted": 30}


def test_a_batch_that_others_took_and_put_off_is_sent_by_whoever_built_it_too(world):
    class Slow(SharedStake):
        """Builds for so long that its claim is over: somebody else submits the batch, and it comes back."""

        has_lost = False

        def intend(self, batch, attempt, tolls):
            if not self.has_lost:
                self.has_lost = True
                theirs = replace(attempt, key="theirs")
                leases.intend(batch, theirs, (), Lease(worker="bert", length=timedelta(hours=1)))
                leases.settle(theirs, Submission(outcome=Outcome(kind=OutcomeKind.NOT_SENT)))
            return super().intend(batch, attempt, tolls)

    leases = world.store.leases
    lease = Lease(worker="anna", length=timedelta(hours=1))
    stake = Slow(world.store.ledger, leases, lease, world.clock, pauses=True)

    around = Surroundings(clock=world.clock, random=lambda: 0.5, stop=lambda: world.clock.slept_s > 60)
    report = pump_campaign(CAMPAIGN, world.outlet, Pace(), around, stake)

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 30}


def test_a_campaign_that_nobody_let_run_is_not_begun(world):
    world.store.ledger.change(CAMPAIGN, CampaignEvent.PAUSE)

    assert pump(world).ending is Ending.PAUSED
    assert world.counts() == {"pending": 30}


@pytest.mark.parametrize(
    ("event", "left"), [(CampaignEvent.PAUSE, "pending"), (CampaignEvent.CANCEL, "cancelled")]
)
def test_pause_and_cancel_elsewhere_are_seen_before_the_next_batch(world, event, left):
    def elsewhere():
        world.store.ledger.change(CAMPAIGN, event)

    pump(world, accept(), Turn(answer=accept().answer, before=elsewhere))

    assert world.counts() == {"accepted": 10, left: 20}


def test_a_worker_that_was_stopped_past_its_lease_finds_its_batch_unknown_and_its_answer_is_evidence(world):
    def stopped():
        lose_leases(world)
        assert pump(world, worker="bert").attempts == 5
        assert world.counts() == {"accepted": 25, "unknown": 5}

    report = pump(world, Turn(answer=accept().answer, before=stopped))

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 30}
    assert set(world.provider.record.emails().values()) == {1}


def test_a_worker_whose_lease_is_over_before_it_hands_over_does_not(world):
    class Stopped(FakeClock):
        """Time passes where a stopped process does not see it: after the intent."""

        is_late = False

        def monotonic(self):
            return super().monotonic() + (10_000.0 if self.is_late else 0.0)

    clock = Stopped()
    stake = SharedStake(
        world.store.ledger,
        world.store.leases,
        Lease(worker="anna", length=timedelta(seconds=600)),
        clock,
        pauses=False,
    )
    batch = stake.next_batch(CAMPAIGN, clock.now(), (), (), ())
    shipment = world.outlet.shipments.of("")
    payload = shipment.build(world.outlet.recipients(batch.id), "k1")
    attempt = Attempt(
        batch_id=batch.id, number=1, key="k1", body_digest=payload.digest, started_at=clock.now()
    )
    stake.intend(batch, attempt, ())
    work = stake.work(attempt, shipment, payload)
    clock.is_late = True

    answer = work()

    assert answer.outcome.kind == "not_sent"
    assert world.provider.record.emails() == {}


def test_what_a_dead_worker_had_under_way_is_unknown_and_the_rest_arrives(world):
    class Death(BaseException):
        pass

    def die():
        raise Death

    with pytest.raises(Death):
        pump(world, accept(), Turn(answer=accept().answer, after=die))
    world.reopen()
    lose_leases(world)
    world.store.leases.lose_expired()

    report = pump(world, worker="bert")

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 25, "unknown": 5}
    assert set(world.provider.record.emails().values()) == {1}


def test_what_a_process_had_that_was_killed_on_this_machine_is_given_up_at_once(world):
    tell = "from newsletter.project.sending.process_ids import new_worker_id; print(new_worker_id()); input()"
    process = subprocess.Popen(
        [sys.executable, "-uc", tell], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    worker = process.stdout.readline().strip()
    leases, lease = world.store.leases, Lease(worker=worker, length=timedelta(hours=1))
    leases.enrol(worker, "an@here")
    under_way = leases.claim(CAMPAIGN, lease)
    leases.intend(under_way, an_attempt(under_way), (), lease)
    claimed = leases.claim(CAMPAIGN, lease)

    while_alive = give_up_dead(leases)
    process.kill()
    process.communicate()
    once_dead = give_up_dead(leases)

    assert (while_alive, once_dead) == (0, 1)
    assert world.counts() == {"unknown": 5, "pending": 25}
    assert leases.claim(CAMPAIGN, replace(lease, worker="bert")) == claimed
    assert list(leases.workers()) == []


def test_a_trace_proves_what_a_dead_worker_sent_and_none_proves_nothing(tmp_path):
    world = World(root=tmp_path, is_conclusive=True)
    world.plan(30)
    world.store.ledger.change(CAMPAIGN, CampaignEvent.RUN)

    class Death(BaseException):
        pass

    def die():
        raise Death

    for turn in (Turn(answer=accept().answer, after=die), Turn(answer=accept().answer, before=die)):
        with pytest.raises(Death):
            pump(world, turn)
        world.reopen()
    lose_leases(world)
    world.store.leases.lose_expired()

    report = pump(world, worker="bert")

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 25, "unknown": 5}
    assert len(world.provider.record.emails()) == 25
    looked = gather_evidence(CAMPAIGN, world.outlet, world.clock)
    assert (looked.unknown, looked.proof.not_sent) == (
        5,
        0,
    )  # so the operator is asked, and has the last word
    assert resolve(CAMPAIGN, world.outlet, Choice.ASSUME_SENT, world.clock, asked=5).unknown == 0
    assert world.counts() == {"accepted": 30}
    world.store.close()


def test_who_finds_work_calls_the_next_once(world):
    called = []

    pump(world, on_work=lambda: called.append(1))
    pump(world, on_work=lambda: called.append(2))

    assert called == [1]


def test_a_call_for_help_that_fails_leaves_nothing_under_way(world):
    def fail():
        raise ConnectionError("nobody to call")

    with pytest.raises(ConnectionError):
        pump(world, on_work=fail)

    assert world.counts() == {"pending": 30}
    assert pump(world).ending is Ending.FINISHED
    assert world.counts() == {"accepted": 30}


def test_a_refused_account_halts_it_for_all(world):
    assert pump(world, halt()).ending is Ending.HALTED
    assert pump(world, worker="bert").ending is Ending.HALTED
    assert world.counts() == {"pending": 30}


def test_what_is_put_off_for_long_is_left_for_later_without_a_pause(world):
    report = pump(world, *[not_sent(retry_after_s=900.0)] * 6)

    assert report.ending is Ending.WAITING
    assert world.store.ledger.campaign(CAMPAIGN).state is CampaignState.RUNNING


def test_lost_answers_are_called_back_where_the_provider_can(tmp_path):
    world = World(root=tmp_path, can_recall=True)
    world.plan(30)
    world.store.ledger.change(CAMPAIGN, CampaignEvent.RUN)

    report = pump(world, lose_answer(), lose_request())

    assert report.ending is Ending.FINISHED
    assert world.counts() == {"accepted": 30}
    assert set(world.provider.record.emails().values()) == {1}
    world.store.close()


def test_workers_keep_to_one_rate_together(world):
    rates = Rates(provider=Rate(messages=10, per_s=1000.0))

    pump(world, rates=rates)
    pump(world, rates=rates, worker="bert")

    assert world.counts() == {"accepted": 5, "pending": 25}
