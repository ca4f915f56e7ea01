"""Several workers that die, stand still past their leases or answer late: nobody twice, nobody lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule
from test_ledger_machine import Sending, answers, campaigns, kinds

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.delivery import CampaignState, DeliveryState
from newsletter.domain.lease import Lease
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.protocols import Intent, LateSuppression
from newsletter.testing.ledger_samples import an_attempt

_LENGTHS = (timedelta(hours=1), timedelta(seconds=-1))  # the second is over when it begins
workers = st.sampled_from(["anna", "bert", "cor"])
lengths = st.sampled_from(_LENGTHS)


class Sharing(Sending):
    """Three workers; `flights` are under way, `dead` too, but nobody will answer, `late` were given up."""

    def __init__(self) -> None:
        super().__init__()
        self.over: set[str] = set()
        self.dead: list[tuple[Batch, Attempt, list[str]]] = []
        self.late: list[tuple[Batch, Attempt, list[str]]] = []

    @rule(which=campaigns, worker=workers, length=lengths)
    def submit(self, which: str, worker: str, length: timedelta) -> None:
        lease = Lease(worker=worker, length=length)
        if which not in self.planned or (batch := self.store.leases.claim(which, lease)) is None:
            return
        answer = self.store.leases.intend(batch, an_attempt(batch), (), lease)
        if isinstance(answer, LateSuppression):
            batch = replace(batch, size=len(self.store.ledger.recipients(batch.id)))
            answer = self.store.leases.intend(batch, an_attempt(batch), (), lease)
        if isinstance(answer, Intent):
            assert self.store.ledger.campaign(which).state is CampaignState.RUNNING
            assert answer.attempt.key not in self.keys
            self.keys.add(answer.attempt.key)
            emails = [one.email for one in self.store.ledger.recipients(batch.id)]
            self.flights.append((batch, answer.attempt, emails))
            if length < timedelta(0):
                self.over.add(answer.attempt.key)

    @precondition(lambda self: self.flights)
    @rule(answer=answers, data=st.data())
    def land(self, answer: Submission, data: st.DataObject) -> None:
        batch, attempt, _ = self.flights.pop(data.draw(st.integers(0, len(self.flights) - 1)))
        for one in self.store.ledger.recipients(batch.id):
            self.note(one.email, answer.of(one.position).kind, data)
        assert self.store.leases.settle(attempt, answer) is True
        self.settled.append(attempt)

    @precondition(lambda self: self.flights)
    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        """Let one worker die with a batch under way, of which the peer may have taken all."""
        flight = self.flights.pop(data.draw(st.integers(0, len(self.flights) - 1)))
        for email in flight[2]:
            self.note(email, OutcomeKind.UNKNOWN, data)
        self.dead.append(flight)

    @rule()
    def expire(self) -> None:
        """Give up what is over; who only stood still may answer later."""
        gone = [one for one in (*self.flights, *self.dead) if one[1].key in self.over]
        assert self.store.leases.lose_expired() == len(gone)
        self.late += [one for one in self.flights if one[1].key in self.over]
        self.settled += [one[1] for one in self.dead if one[1].key in self.over]
        self.flights = [one for one in self.flights if one[1].key not in self.over]
        self.dead = [one for one in self.dead if one[1].key not in self.over]

    @precondition(lambda self: self.late)
    @rule(kind=kinds, data=st.data())
    def wake(self, kind: OutcomeKind, data: st.DataObject) -> None:
        """Let a worker that stood still in the middle of its request go on with it."""
        _, attempt, emails = self.late.pop(data.draw(st.integers(0, len(self.late) - 1)))
        for email in emails:
            self.note(email, kind, data)
        self.may_leave_unknown |= set(emails)
        assert self.store.leases.settle(attempt, Submission(outcome=Outcome(kind=kind))) is False
        self.settled.append(attempt)

    @invariant()
    def what_is_under_way_is_what_we_submitted(self) -> None:
        flying = {email for _, _, emails in (*self.flights, *self.dead) for email in emails}
        assert flying == {email for email, state in self.before.items() if state is DeliveryState.SUBMITTING}


TestSharing = Sharing.TestCase
TestSharing.settings = settings(
    max_examples=20, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
