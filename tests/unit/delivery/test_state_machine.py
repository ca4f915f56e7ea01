"""A model of everything that can happen to a campaign, searched by Hypothesis for a broken promise.

Deaths are exceptions at named points, after which nothing of the process is kept but the disk. The
promises are checked after every step against the peer's exact record. The same search must find each of
a handful of deliberate faults, so that its silence means something. `NEWSLETTER_FULL=1` searches longer,
and for all of the faults.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from delivery_world import CAMPAIGN, World, reader
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from mortal_ledger import (
    POINTS,
    AcceptsAll,
    AnswersLateSuppressionWithGo,
    Crash,
    ForgetsCancel,
    IntendsAfterwards,
    MixesUpLetters,
    Mortal,
    ProvesTheNeighbour,
    ReleasesOrphans,
    RetriesUnknown,
    TakesUnknownForSent,
)
from sqlalchemy import select

from newsletter.delivery.engine import Ending
from newsletter.delivery.outlet import Pace
from newsletter.delivery.rate import parse_rate
from newsletter.delivery.resolve import Choice, gather_evidence, resolve
from newsletter.delivery.tolls import Rates
from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.errors import UsageError
from newsletter.store.schema.tables import attempt as attempts
from newsletter.testing.scripted_provider import (
    Turn,
    accept,
    halt,
    lose_answer,
    lose_request,
    not_sent,
    refuse,
)

READERS = 12
PACES = st.sampled_from(
    [Pace(), Pace(rates=Rates(provider=parse_rate("5/s"))), Pace(rates=Rates(sender=parse_rate("1200/h")))]
)


def _mixed() -> Turn:
    """Accept some, lose some, refuse one, put one off: what an SMTP session can come to."""
    kinds = {1: OutcomeKind.UNKNOWN, 2: OutcomeKind.NOT_SENT, 3: OutcomeKind.REJECTED}
    exceptions = {at: Outcome(kind=kind, detail=kind) for at, kind in kinds.items()}
    accepted = Outcome(kind=OutcomeKind.ACCEPTED, provider_id="mixed")
    return Turn(answer=Submission(outcome=accepted, exceptions=exceptions), takes=frozenset({0, 1, 4}))


TURNS = {
    "accept": accept,
    "lose_answer": lose_answer,
    "lose_request": lose_request,
    "not_sent": not_sent,
    "put_off": lambda: not_sent(retry_after_s=20.0),
    "halt": halt,
    "refuse": refuse,
    "refuse_first": lambda: refuse([0]),
    "mixed": _mixed,
}


class Campaigns(RuleBasedStateMachine):
    """The author, the provider, the readers and the power company, in any order."""

    faulty: type[Mortal] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(prefix="campaigns-"))

    @initialize(tells=st.sampled_from(["nothing", "all", "recalls"]), is_varied=st.booleans(), pace=PACES)
    def begin(self, tells: str, is_varied: bool, pace: Pace) -> None:
        self.pace = pace
        self.world = World(
            root=self.root,
            is_conclusive=tells == "all",
            can_recall=tells == "recalls",
            is_varied=is_varied,
        )
        readers = map(self.world.reader, range(READERS))
        self.letters = {one.email: self.world.letters[one.variant].text.shape() for one in readers}
        self.world.plan(READERS)
        self.deliveries = {row.email: row.delivery_id for row in self.world.store.ledger.deliveries(CAMPAIGN)}
        self.allowed: Counter[str] = Counter(dict.fromkeys(self.deliveries, 1))
        self.assumed: set[str] = set()
        self.left_before: set[str] = set()
        self.requests_at_cancel: int | None = None
        self.requests = 0
        self.unknown: set[str] = set()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.store.close()
        shutil.rmtree(self.root)

    # --- what can happen ---------------------------------------------------------------------------------

    @rule(
        script=st.lists(st.sampled_from(sorted(TURNS)), max_size=6),
        death=st.none() | st.tuples(st.sampled_from(POINTS), st.integers(0, 3)),
        stop_after=st.none() | st.integers(0, 4),
    )
    def run(self, script, death, stop_after) -> None:
        world = self.world
        inner = world.store.ledger
        point, after = death or (None, 0)
        mortal = (self.faulty or Mortal)(inner, point, after)
        world.store.ledger = mortal
        turns = [
            replace(
                TURNS[name](),
                before=lambda: mortal.reach("before take"),
                after=lambda: mortal.reach("after take"),
            )
            for name in script
            if name != "mixed" or not world.can_recall  # a call takes back an attempt as a whole
        ]
        start = world.provider.requests
        try:
            report = world.run(
                *turns,
                stop=lambda: stop_after is not None and world.provider.requests - start >= stop_after,
                pace=self.pace,
            )
        except Crash:
            self._count_requests(start)
            world.store.ledger = inner
            world.reopen()
        except UsageError:
            self._count_requests(start)
            world.store.ledger = inner
            assert inner.campaign(CAMPAIGN).state is CampaignState.CANCELLED
        else:
            self._count_requests(start)
            world.store.ledger = inner
            self._check_ending(report)
        if not world.is_conclusive and not world.can_recall:
            still = {email for email, state in world.states().items() if state == "unknown"}
            assert self.unknown <= still, "an unknown delivery was settled without evidence"

    def _count_requests(self, start: int) -> None:
        self.requests += self.world.provider.requests - start

    def _check_ending(self, report) -> None:
        states = Counter(self.world.states().values())
        assert not states["submitting"]
        if report.ending is Ending.FINISHED:
            assert not states["pending"], "finished, but not everybody was settled"
        if report.ending in (Ending.PAUSED, Ending.STOPPED, Ending.HALTED):
            assert states["pending"], "stopped, but there was nothing left to hold back"

    @rule(jump=st.sampled_from([-3600.0, 3600.0, 73 * 3600.0]))
    def set_the_clock(self, jump) -> None:
        self.world.clock.jump(jump)

    @rule()
    def pause(self) -> None:
        with suppress(UsageError):
            self.world.store.ledger.change(CAMPAIGN, CampaignEvent.PAUSE)

    @precondition(lambda self: self.requests_at_cancel is None)
    @rule()
    def cancel(self) -> None:
        ledger = self.world.store.ledger
        if ledger.campaign(CAMPAIGN).state is not CampaignState.FINISHED:
            (self.faulty or Mortal)(ledger).change(CAMPAIGN, CampaignEvent.CANCEL)
            self.requests_at_cancel = self.requests

    @rule(number=st.integers(0, READERS - 1))
    def reader_leaves(self, number) -> None:
        self.world.leave(number)
        email = reader(number).email
        if not self.world.provider.record.emails()[email]:
            self.left_before.add(email)

    @rule(choice=st.sampled_from(Choice))
    def operator_decides(self, choice) -> None:
        world = self.world
        before = world.states()
        if choice is Choice.RETRY and self.requests_at_cancel is not None:
            with suppress(UsageError):
                resolve(CAMPAIGN, world.outlet, choice, world.clock)
                raise AssertionError("a cancelled campaign was opened again")
            return
        resolve(CAMPAIGN, world.outlet, choice, world.clock)
        after = world.states()
        taken = world.provider.record.emails()
        for email, state in before.items():
            if state in ("unknown", "submitting") and after[email] == "pending" and not world.is_conclusive:
                self.allowed[email] += bool(taken[email])
            if state in ("unknown", "submitting") and after[email] == "accepted" and not world.is_conclusive:
                self.assumed.add(email)

    @rule()
    def evidence_comes_twice(self) -> None:
        world = self.world
        ledger = world.store.ledger
        world.store.ledger = (self.faulty or Mortal)(ledger)
        gather_evidence(CAMPAIGN, world.outlet, world.clock)
        once = world.states()
        gather_evidence(CAMPAIGN, world.outlet, world.clock)
        world.store.ledger = ledger
        assert world.states() == once

    @rule(which=st.integers(0, READERS - 1), kind=st.sampled_from(EventKind), twice=st.booleans())
    def the_provider_tells(self, which, kind, twice) -> None:
        rows = [row for row in self.world.provider.record.rows() if row["email"] == reader(which).email]
        if not rows:
            return
        event = ProviderEvent(
            event_id=f"{rows[-1]['key']} {which} {kind}",
            kind=kind,
            at=self.world.clock.now(),
            email=rows[-1]["email"],
            delivery_id=rows[-1]["delivery"],
            attempt_key=rows[-1]["key"],
            bounce=BounceClass.HARD if kind is EventKind.BOUNCED else None,
        )
        atomic = ("scripted",) if self.world.can_recall else ()
        for _ in range(1 + twice):
            self.world.store.events.take([("scripted", [event])], atomic=atomic, now=self.world.clock.now())

    @rule()
    def the_power_fails(self) -> None:
        self.world.reopen()

    # --- what must hold ------------------------------------------------------------------------------------

    @invariant()
    def promises_hold(self) -> None:
        if not hasattr(self, "world"):
            return
        states = self.world.states()
        rows = self.world.provider.record.rows()
        taken = Counter(row["email"] for row in rows)
        self.unknown = {email for email, state in states.items() if state == "unknown"}
        self._nobody_too_often(states, taken)
        self._the_ledger_tells_the_truth(states, taken)
        self._bodies_are_the_intended_ones(rows)
        for row in rows:
            assert row["letter"] == self.letters[row["email"]], "somebody got the letter of others"
        if self.requests_at_cancel is not None:
            assert self.requests == self.requests_at_cancel, "something was submitted after the cancel"

    def _nobody_too_often(self, states, taken) -> None:
        assert states.keys() == self.deliveries.keys(), "somebody was lost, or came from nowhere"
        assert taken.keys() <= self.deliveries.keys(), "somebody outside the plan was mailed"
        for email, times in taken.items():
            assert times <= self.allowed[email], f"{email} got it {times} times"
            assert email not in self.left_before, f"{email} had left, and still got it"

    def _the_ledger_tells_the_truth(self, states, taken) -> None:
        for email, state in states.items():
            if state == "accepted":
                assert taken[email] or email in self.assumed, f"{email} is accepted, but was never taken"
            elif state in ("pending", "rejected", "suppressed", "cancelled"):
                assert taken[email] < self.allowed[email], f"{email} is {state}, but has it"

    def _bodies_are_the_intended_ones(self, rows) -> None:
        with self.world.store.database.reading() as connection:
            intended = dict(connection.execute(select(attempts.c.key, attempts.c.body_digest)).all())
        keys: dict[str, set[str]] = {}
        for row in rows:
            assert intended.get(row["key"]) == row["body"], "bytes left that no intent speaks of"
            keys.setdefault(row["key"], set())
            assert row["email"] not in keys[row["key"]], "an attempt key was used twice"
            keys[row["key"]].add(row["email"])


def search(faulty: type[Mortal] | None, *, examples: int, steps: int) -> None:
    machine = type("Search", (Campaigns,), {"faulty": faulty})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate] if faulty else [Phase.generate, Phase.shrink],
            database=None,
            derandomize=faulty is not None,  # found or not, but the same in every run
        ),
    )


def test_no_sequence_of_events_breaks_a_promise():
    examples, steps = (1000, 50) if os.environ.get("NEWSLETTER_FULL") else (20, 15)
    search(None, examples=examples, steps=steps)


# --- deliberate faults, each of which the search must find -----------------------------------------


FAULTS = {
    ReleasesOrphans: r"got it \d times|settled without evidence|is pending, but has it",
    IntendsAfterwards: "bytes left that no intent speaks of|had left, and still got it|is pending, but has",
    RetriesUnknown: r"got it \d times|is pending, but has it|but has it",
    AcceptsAll: "is accepted, but was never taken|but has it",
    ForgetsCancel: "submitted after the cancel|opened again|cancelled",
    ProvesTheNeighbour: r"but was never taken|but has it|got it \d times",
    TakesUnknownForSent: "is accepted, but was never taken",
    AnswersLateSuppressionWithGo: "had left, and still got it",
    MixesUpLetters: "got the letter of others",
}


QUICK = [ForgetsCancel, IntendsAfterwards, MixesUpLetters, TakesUnknownForSent]
IS_FULL = bool(os.environ.get("NEWSLETTER_FULL"))


@pytest.mark.parametrize("fault", FAULTS if IS_FULL else QUICK, ids=lambda fault: fault.__name__)
def test_the_search_finds_a_deliberate_fault(fault):
    with pytest.raises(AssertionError) as found:
        search(fault, examples=3000, steps=12)

    assert re.search(FAULTS[fault], str(found.value))
