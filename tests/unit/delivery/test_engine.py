"""A campaign runs to its end, or to the right stop, whatever the provider answers."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from delivery_world import CAMPAIGN, World

from newsletter.delivery.engine import Ending
from newsletter.delivery.outlet import Pace
from newsletter.delivery.rate import parse_rate
from newsletter.delivery.resolve import Choice, gather_evidence, resolve
from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import AnotherRunner, StoreError, UsageError
from newsletter.testing.scripted_provider import (
    Turn,
    accept,
    halt,
    lose_answer,
    lose_request,
    not_sent,
    refuse,
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

    class Picky(type(world.provider.prepare(world.outlet.shipment.mailing))):
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
    shipment = world.outlet.shipment

    class Broken(type(shipment)):
        def build(self, recipients, attempt_key):
            if recipients[0].email == "r005@brief.example":
                raise ZeroDivisionError
            return super().build(recipients, attempt_key)

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


def test_another_provider_cannot_take_over_a_campaign(world):
    world.provider.name = "other"

    with pytest.raises(UsageError, match='planned for provider "scripted"'):
        world.run()
    with pytest.raises(UsageError, match="--provider scripted"):
        gather_evidence(CAMPAIGN, world.outlet, world.clock)
    with pytest.raises(UsageError, match="--provider scripted"):
        resolve(CAMPAIGN, world.outlet, Choice.RETRY, world.clock)


def test_the_rate_holds_over_the_whole_campaign(world):
    start = world.clock.monotonic()

    world.run(pace=Pace(rate=parse_rate("5/s")))

    assert world.clock.monotonic() - start == pytest.approx(2.0)


def test_a_clock_set_back_neither_hurries_nor_stops_a_run(world):
    back = Turn(answer=accept().answer, after=lambda: world.clock.jump(-3600.0))

    report = world.run(back, pace=Pace(rate=parse_rate("5/s")))

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


# --- several at once ------------------------------------------------------------------------------------


@pytest.fixture
def wide(tmp_path):
    world = World(root=tmp_path, concurrency=4)
    world.plan(60)
    yield world
    world.store.close()


def test_several_batches_are_under_way_at_once_and_everybody_gets_one(wide):
    together = threading.Barrier(4, timeout=20)
    meet = Turn(answer=accept().answer, before=together.wait)

    report = wide.run(*[meet] * 12)

    assert report.ending is Ending.FINISHED
    assert wide.counts() == {"accepted": 60}
    assert set(wide.provider.record.emails().values()) == {1}


def test_what_is_under_way_beside_an_unknown_answer_is_settled_and_no_more_than_that_is_unknown(wide):
    together = threading.Barrier(4, timeout=20)
    lost = Turn(answer=lose_answer().answer, before=together.wait)
    fine = Turn(answer=accept().answer, before=together.wait)

    report = wide.run(lost, fine, fine, fine)

    assert report.ending is Ending.FINISHED
    assert wide.counts() == {"accepted": 55, "unknown": 5}


def test_a_death_with_several_under_way_leaves_at_most_those_unknown(wide):
    together = threading.Barrier(4, timeout=20)
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


# --- resolving ------------------------------------------------------------------------------------------


def test_the_operator_can_have_unknown_ones_sent_again_knowing_how_many(world):
    world.run(lose_answer())

    looked = gather_evidence(CAMPAIGN, world.outlet, world.clock)
    resolved = resolve(CAMPAIGN, world.outlet, Choice.RETRY, world.clock)
    between = world.counts()
    world.run()

    assert (looked.unknown, looked.moved) == (5, 0)
    assert (resolved.unknown, resolved.moved) == (0, 5)
    assert between == {"accepted": 7, "pending": 5}
    assert world.counts() == {"accepted": 12}
    assert sorted(world.provider.record.emails().values()) == [1] * 7 + [2] * 5


def test_the_operator_can_take_unknown_ones_as_sent(world):
    world.run(lose_answer())

    resolved = resolve(CAMPAIGN, world.outlet, Choice.ASSUME_SENT, world.clock)

    assert resolved.moved == 5
    assert world.counts() == {"accepted": 12}
    assert world.run().attempts == 0


def test_a_cancelled_campaign_sends_nothing_again(world):
    world.run(lose_request(), stop=lambda: world.provider.requests == 1)
    world.store.ledger.change(CAMPAIGN, CampaignEvent.CANCEL)

    with pytest.raises(UsageError, match="--assume-sent"):
        resolve(CAMPAIGN, world.outlet, Choice.RETRY, world.clock)

    assert world.counts() == {"unknown": 5, "cancelled": 7}


def test_evidence_of_a_part_settles_that_part(tmp_path):
    world = World(root=tmp_path, is_conclusive=True)
    world.plan(5)
    half = Turn(
        answer=Submission(outcome=Outcome(kind=OutcomeKind.UNKNOWN)), takes=frozenset({0, 3}), after=crash
    )
    with pytest.raises(Crash):
        world.run(half)
    world.reopen()

    found = gather_evidence(CAMPAIGN, world.outlet, world.clock)

    assert (found.proof.accepted, found.proof.not_sent, found.unknown) == (2, 3, 0)
    assert world.counts() == {"accepted": 2, "pending": 3}
    world.store.close()
