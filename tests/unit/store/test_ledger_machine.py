"""Whatever happens in whatever order: nobody twice, nobody lost, nothing after a cancel."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.delivery import CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import StoreError, UsageError
from newsletter.protocols import Intent, LateSuppression
from newsletter.store.opening import Store
from newsletter.testing.ledger_samples import NOW, a_campaign, an_attempt, members
from newsletter.testing.temporary_store import fresh_store

campaigns = st.sampled_from(["c1", "c1", "c1", "c2"])
kinds = st.sampled_from([*OutcomeKind, OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN])
answers = st.builds(
    Submission,
    outcome=st.builds(Outcome, kind=kinds),
    exceptions=st.dictionaries(st.integers(0, 3), st.builds(Outcome, kind=kinds), max_size=4),
)
FINAL = {DeliveryState.ACCEPTED, DeliveryState.REJECTED, DeliveryState.SUPPRESSED}


def variant_of(email: str) -> str:
    """Return the key of the letter that the reader at `email` gets."""
    return "10" if int(email.partition("@")[0][1:]) % 3 else "01"


class Sending(RuleBasedStateMachine):
    """A process that plans and sends two campaigns of one issue, and dies now and then.

    `taken` counts per reader what the provider took; `doubted` are readers the operator chose to mail again.
    """

    def __init__(self) -> None:
        super().__init__()
        self.home = tempfile.TemporaryDirectory()
        self.store: Store = self.open()
        self.flights: list[tuple[Batch, Attempt, list[str]]] = []
        self.settled: list[Attempt] = []
        self.taken: Counter[str] = Counter()
        self.doubted: set[str] = set()
        self.keys: set[str] = set()
        self.before: dict[str, DeliveryState] = {}
        self.may_leave_unknown: set[str] = set()
        self.suppressed: set[str] = set()
        self.planned: dict[str, set[str]] = {}
        self.moved: dict[str, set[str]] = defaultdict(set)

    def open(self) -> Store:
        return fresh_store(Path(self.home.name))

    def teardown(self) -> None:
        self.store.close()
        self.home.cleanup()

    # --- what happens ---------------------------------------------------------------------------------

    @initialize(size=st.integers(1, 4))
    def plan_first(self, size: int) -> None:
        self.plan("c1", 0, 9, size)

    @precondition(lambda self: "c2" not in self.planned)
    @rule(start=st.integers(0, 8), size=st.integers(1, 4))
    def plan_second(self, start: int, size: int) -> None:
        self.plan("c2", start, 9, size)

    def plan(self, campaign_id: str, start: int, number: int, size: int) -> None:
        rows = [row for one in self.planned for row in self.store.ledger.deliveries(one)]
        everybody = {row.email for row in rows if row.state is not DeliveryState.CANCELLED}
        cancelled = {row.email for row in rows if row.state is DeliveryState.CANCELLED}
        chosen = [one._replace(variant=variant_of(one.email)) for one in members(number, start)]
        wanted = {
            one.email for one in chosen if one.email not in everybody and one.key not in self.suppressed
        }
        try:
            planned = self.store.ledger.plan(a_campaign(campaign_id, batch_size=size), chosen)
        except UsageError:
            assert not wanted
            return
        assert planned.total == len(wanted)
        for which, before in self.planned.items():  # who was cancelled there is taken over by this one
            self.moved[which] |= before & cancelled & wanted
            self.planned[which] = before - wanted
        self.before = {email: state for email, state in self.before.items() if email not in wanted}
        self.planned[campaign_id] = wanted
        self.store.ledger.change(campaign_id, CampaignEvent.RUN)

    @rule(which=campaigns, event=st.sampled_from([CampaignEvent.PAUSE, CampaignEvent.FINISH]))
    def change(self, which: str, event: CampaignEvent) -> None:
        if which in self.planned:
            with suppress(UsageError):
                self.store.ledger.change(which, event)

    @rule(which=campaigns, is_sure=st.sampled_from([False, False, False, True]))
    def cancel(self, which: str, is_sure: bool) -> None:
        if is_sure and which in self.planned:
            with suppress(UsageError):
                self.store.ledger.change(which, CampaignEvent.CANCEL)

    @rule(which=campaigns)
    def run(self, which: str) -> None:
        if which in self.planned:
            with suppress(UsageError):
                self.store.ledger.change(which, CampaignEvent.RUN)

    @rule(which=campaigns)
    def submit(self, which: str) -> None:
        if which not in self.planned or (batch := self.store.ledger.next_batch(which, NOW)) is None:
            return
        emails = [one.email for one in self.store.ledger.recipients(batch.id)]
        answer = self.store.ledger.intend(batch, an_attempt(batch))
        if isinstance(answer, LateSuppression):
            answer = self.store.ledger.intend(batch, an_attempt(batch))
            emails = [one.email for one in self.store.ledger.recipients(batch.id)]
        if isinstance(answer, Intent):
            assert self.store.ledger.campaign(which).state is CampaignState.RUNNING
            assert answer.attempt.key not in self.keys
            assert not {email.lower() for email in emails} & self.suppressed
            self.keys.add(answer.attempt.key)
            self.flights.append((batch, answer.attempt, emails))

    @precondition(lambda self: self.flights)
    @rule(answer=answers, data=st.data())
    def land(self, answer: Submission, data: st.DataObject) -> None:
        batch, attempt, _ = self.flights.pop(data.draw(st.integers(0, len(self.flights) - 1)))
        recipients = self.store.ledger.recipients(batch.id)
        for one in recipients:
            self.note(one.email, answer.of(one.position).kind, data)
        self.store.ledger.settle(attempt, answer, NOW)
        self.settled.append(attempt)

    def note(self, email: str, kind: OutcomeKind, data: st.DataObject) -> None:
        """Let the peer take the mail of a reader whose answer is `kind`; of an unknown one, perhaps."""
        if kind is OutcomeKind.ACCEPTED or (kind is OutcomeKind.UNKNOWN and data.draw(st.booleans())):
            self.taken[email] += 1

    @precondition(lambda self: self.settled)
    @rule(answer=answers, data=st.data())
    def answer_too_late(self, answer: Submission, data: st.DataObject) -> None:
        with pytest.raises(StoreError):
            self.store.ledger.settle(data.draw(st.sampled_from(self.settled)), answer, NOW)

    @rule(data=st.data())
    def die(self, data: st.DataObject) -> None:
        for _, attempt, emails in self.flights:
            self.settled.append(attempt)
            for email in emails:
                self.note(email, OutcomeKind.UNKNOWN, data)
        self.flights.clear()
        self.store.close()
        self.store = self.open()
        for which in self.planned:
            self.store.ledger.lose_orphans(which)

    @rule(which=campaigns, data=st.data())
    def prove(self, which: str, data: st.DataObject) -> None:
        """Let the provider say the truth about some unknown readers, and nothing about the others."""
        for batch in self.store.ledger.batches(which, "unknown") if which in self.planned else []:
            exceptions = {}
            for one in self.store.ledger.recipients(batch.id):
                if data.draw(st.booleans()):
                    was_taken = self.taken[one.email] > 0
                    kind = OutcomeKind.ACCEPTED if was_taken else OutcomeKind.NOT_SENT
                    exceptions[one.position] = Outcome(kind=kind)
                    self.may_leave_unknown.add(one.email)
            doubt = Outcome(kind=OutcomeKind.UNKNOWN)
            self.store.ledger.prove(batch.id, Submission(outcome=doubt, exceptions=exceptions), NOW)

    @rule(which=campaigns, assume_sent=st.booleans())
    def resolve(self, which: str, assume_sent: bool) -> None:
        if which not in self.planned:
            return
        unknown = {
            row.email for row in self.store.ledger.deliveries(which) if row.state is DeliveryState.UNKNOWN
        }
        self.may_leave_unknown |= unknown
        if not assume_sent:
            self.doubted |= unknown
        assert self.store.ledger.resolve(which, assume_sent=assume_sent, now=NOW) == len(unknown)

    @rule(reader=st.integers(0, 17))
    def leave(self, reader: int) -> None:
        email = f"r{reader}@brief.example"
        self.suppressed.add(email)
        self.store.subscribers.suppress(email, SuppressionReason.UNSUBSCRIBED, NOW)

    # --- what always holds ----------------------------------------------------------------------------

    @invariant()
    def everybody_is_in_exactly_one_state(self) -> None:
        now: dict[str, DeliveryState] = {}
        for which, wanted in self.planned.items():
            rows = list(self.store.ledger.deliveries(which))
            assert sorted(row.email for row in rows) == sorted(wanted)
            states = Counter(row.state for row in rows)
            states[DeliveryState.CANCELLED] += len(
                self.moved[which]
            )  # they stay in the cancelled one's count
            assert +states == self.store.ledger.counts(which)
            now.update({row.email: row.state for row in rows})
        for email, before in self.before.items():
            if before in FINAL:
                assert now[email] is before
            if before is DeliveryState.UNKNOWN and now[email] is not before:
                assert email in self.may_leave_unknown
        self.before = now
        self.may_leave_unknown = set()

    @invariant()
    def every_batch_has_readers_of_its_own_variant_alone(self) -> None:
        for which in self.planned:
            for batch in self.store.ledger.batches(which):
                readers = self.store.ledger.recipients(batch.id)
                assert {variant_of(one.email) for one in readers} <= {batch.variant}

    @invariant()
    def nobody_is_mailed_twice_unless_the_operator_chose_it(self) -> None:
        assert {email for email, number in self.taken.items() if number > 1} <= self.doubted

    @invariant()
    def who_waits_was_not_mailed(self) -> None:
        untouched = (DeliveryState.PENDING, DeliveryState.SUPPRESSED, DeliveryState.CANCELLED)
        for email, state in self.before.items():
            if state in untouched and email not in self.doubted:
                assert self.taken[email] == 0
            if state is DeliveryState.CANCELLED:  # a later campaign may mail them, whatever was chosen before
                assert self.taken[email] == 0

    @invariant()
    def what_is_under_way_is_what_we_submitted(self) -> None:
        flying = {email for _, _, emails in self.flights for email in emails}
        assert flying == {email for email, state in self.before.items() if state is DeliveryState.SUBMITTING}

    @invariant()
    def a_cancelled_campaign_has_nothing_pending(self) -> None:
        for which in self.planned:
            if self.store.ledger.campaign(which).state is CampaignState.CANCELLED:
                assert self.store.ledger.next_batch(which, NOW) is None
                assert DeliveryState.PENDING not in self.store.ledger.counts(which)


TestSending = Sending.TestCase
TestSending.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
