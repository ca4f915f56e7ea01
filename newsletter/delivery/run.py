"""One run: claim, build, intend, submit, settle, until nothing is left or something says stop."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.delivery.breaker import Breaker, tally
from newsletter.delivery.claims import Claims
from newsletter.delivery.evidence import Proof, prove_unknown
from newsletter.delivery.outlet import Outlet, Pace, Progress, Surroundings
from newsletter.delivery.stake import Answer, OwnStake, Stake
from newsletter.delivery.tolls import Tolls
from newsletter.delivery.waves import Waves
from newsletter.delivery.window import Window
from newsletter.domain.campaign import Attempt, Batch, Campaign
from newsletter.domain.delivery import CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import StoreError, UsageError
from newsletter.protocols import IntentRefused, LateSuppression, TooEarly, WaveShut

__all__ = ["ENDINGS", "Ending", "Run"]

_SLICE_S = 0.5  # the longest wait before `stop` and a pause from elsewhere are looked at again

_STAGGER_S = 0.05  # so that not all who wait for a rate ask at once; a rate makes up for twice as much


class Ending(StrEnum):
    """Why a run came to its end."""

    FINISHED = "finished"  # nothing is pending any more; some may be unknown or rejected
    PAUSED = "paused"  # from elsewhere, or because the provider takes nothing
    CANCELLED = "cancelled"  # from elsewhere
    HALTED = "halted"  # the provider refuses key, account or sender
    STOPPED = "stopped"  # `stop` said so; the campaign is paused
    WAITING = "waiting"  # the rest may only go later than this run is willing to wait


ENDINGS = {
    CampaignState.PAUSED: Ending.PAUSED,
    CampaignState.CANCELLED: Ending.CANCELLED,
    CampaignState.HALTED: Ending.HALTED,
    CampaignState.FINISHED: Ending.FINISHED,
}
"""How a run ends that finds its campaign in such a state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flight:
    """A batch under way."""

    attempt: Attempt
    size: int


class Run:
    """One run of one campaign; lives in one thread, which alone talks to the ledger."""

    def __init__(
        self,
        campaign: Campaign,
        outlet: Outlet,
        pace: Pace,
        surroundings: Surroundings,
        stake: Stake | None = None,
    ) -> None:
        self._stake = stake or OwnStake(outlet.ledger)
        self._campaign = campaign
        self._outlet = outlet
        self._ledger = outlet.ledger
        self._clock = surroundings.clock
        self._around = surroundings
        self._longest_wait_s = pace.longest_wait_s
        own = outlet.provider.capabilities.concurrency
        self._concurrency = max(1, min(pace.concurrency or own, own))
        self._breaker = Breaker(pace.patience, surroundings.random)
        self._window = Window(self._concurrency)
        self._tolls = Tolls(pace.rates, self._stake, provider=campaign.provider, sender=campaign.sender)
        self._waves = Waves(campaign, outlet.ledger, surroundings.clock)
        self._claims = Claims(campaign.id, outlet.ledger, self._stake, self._tolls, self._waves)
        self._flights: dict[Future[Submission], _Flight] = {}
        self._moved_on: set[int] = set()
        self._progress = Progress(total=campaign.total)
        self.attempts = 0
        self.waits_until: datetime | None = None

    def go(self) -> Ending:
        """Work until there is an ending; whatever happens, what is under way is finished and settled."""
        self._recount()
        # An unknown answer of an earlier run counts as one of this run: first see whether anybody is there.
        self._breaker.must_probe = self._progress.unknown > 0
        with self._stake.hire(self._concurrency) as hands:
            try:
                ending = None
                while ending is None or (ending is Ending.FINISHED and self._recall()):
                    ending = self._obstacle() or self._step(hands)
                self._land_all()
                if ending is not Ending.FINISHED:
                    self._recall()  # tomorrow it is too late
            except BaseException:
                # What is under way may have been accepted: write down what still can be, then fail.
                while self._flights:
                    with suppress(StoreError):
                        self._land(None)
                raise
        return self._conclude(ending)

    def _obstacle(self) -> Ending | None:
        if self._breaker.halt is not None:
            return Ending.HALTED
        if self._breaker.give_up is not None:
            return Ending.PAUSED
        if not self._waves.step():
            return Ending.PAUSED
        return Ending.STOPPED if self._around.stop() else None

    def _step(self, hands: Executor) -> Ending | None:
        """Do the next thing there is to do: land, wait, probe or launch."""
        self._tend()
        hold_s = self._breaker.wait_s(self._clock.monotonic())
        if len(self._flights) >= self._window.size or (self._breaker.must_probe and self._flights):
            self._land(None)
        elif hold_s > 0:
            return self._await_time(self._clock.now() + timedelta(seconds=hold_s))
        elif self._breaker.must_probe:
            self._probe()
        else:
            return self._next(hands)
        return None

    def _next(self, hands: Executor) -> Ending | None:
        """Launch the next batch whose time has come; if there is none, land, wait or finish."""
        start = self._campaign.starts_at
        if start is not None and not self._waves.is_begun:
            return self._await_time(start)
        found = self._claims.next(self._clock.now(), self._moved_on)
        if isinstance(found, Batch):
            return self._launch(found, hands)
        return self._await_time(found)

    # --- outwards -------------------------------------------------------------------------------------

    def _launch(self, batch: Batch, hands: Executor) -> Ending | None:
        """Build and intend one batch and hand it over; readers who left meanwhile are taken out first."""
        shipment = self._outlet.shipments.of(batch.variant, self._waves.subject_of(batch.wave))
        fence = shipment.fence(self._clock.now())
        if isinstance(fence, Outcome):
            self._breaker.note_probe(fence, self._clock.monotonic())
            self._stake.give_back(batch)
            return self._other_state()
        while recipients := self._outlet.recipients(batch.id):
            number = batch.attempt + 1
            key = f"{batch.campaign_id}.{batch.id}.{number}.{self._chance()}"
            payload = shipment.build(recipients, key, fence)
            attempt = Attempt(
                batch_id=batch.id,
                number=number,
                key=key,
                body_digest=payload.digest,
                started_at=self._clock.now(),
                fence=fence,
            )
            answer = self._intend(replace(batch, size=len(recipients)), attempt)
            if isinstance(answer, IntentRefused):
                if not self._stake.is_shared:
                    break
                self._stake.give_back(batch)  # somebody else has it; if it comes back it is anybody's again
                return self._other_state()
            if isinstance(answer, WaveShut):
                self._waves.look_again()
                self._stake.give_back(batch)
                return self._other_state()
            if isinstance(answer, TooEarly):  # another process has paid since we looked
                self._stake.give_back(batch)
                return self._await_time(answer.until)
            if not isinstance(answer, LateSuppression):
                self.attempts += 1
                future = hands.submit(self._stake.work(attempt, shipment, payload))
                self._flights[future] = _Flight(attempt=attempt, size=len(recipients))
                return None
            left = self._progress.suppressed + len(answer.positions)
            self._report(replace(self._progress, suppressed=left))
        self._moved_on.add(batch.id)
        return self._other_state()

    def _intend(self, batch: Batch, attempt: Attempt) -> Answer:
        """Commit the intent; with nothing else to do, wait out a moment for which a rate is closed."""
        tolls = self._tolls.of(batch.lane)
        answer = self._stake.intend(batch, attempt, tolls)
        while self._stake.is_shared and isinstance(answer, TooEarly) and not self._flights:
            wait_s = (answer.until - self._clock.now()).total_seconds()
            if wait_s > _SLICE_S or self._around.stop():
                break
            self._clock.sleep(max(wait_s, 0.001) + self._around.random() * _STAGGER_S)
            self._tend()
            answer = self._stake.intend(batch, attempt, tolls)
        return answer

    def _chance(self) -> str:
        """Return what keeps a ledger restored from a backup from making an attempt key a second time."""
        return f"{int(self._around.random() * 16**8):08x}"

    # --- back -----------------------------------------------------------------------------------------

    def _land(self, timeout_s: float | None) -> None:
        """Settle what has come back, waiting for the first for at most `timeout_s`."""
        slice_s = self._stake.tend_s if timeout_s is None else timeout_s
        done, _ = wait(self._flights, timeout=slice_s, return_when=FIRST_COMPLETED)
        while not done and timeout_s is None:
            self._tend()
            done, _ = wait(self._flights, timeout=slice_s, return_when=FIRST_COMPLETED)
        for future in done:
            self._settle(future)

    def _tend(self) -> None:
        self._stake.tend([flight.attempt.key for flight in self._flights.values()])

    def _land_all(self) -> None:
        while self._flights:
            self._land(None)

    def _settle(self, future: Future[Submission]) -> None:
        flight = self._flights.pop(future)
        number, size = flight.attempt.number, flight.size
        submission = self._breaker.note(future.result(), size, number, self._clock.monotonic())
        self._window.note(submission, size)
        self._stake.settle(flight.attempt, submission, self._clock.now())
        counts = tally(submission, size)
        rejected = counts.get(OutcomeKind.REJECTED, 0)
        unnamed = size - len(submission.exceptions)
        if rejected == size and unnamed > 1:
            rejected -= unnamed  # refused together, by no name: the ledger halves them to find the cause
        self._report(
            replace(
                self._progress,
                accepted=self._progress.accepted + counts.get(OutcomeKind.ACCEPTED, 0),
                unknown=self._progress.unknown + counts.get(OutcomeKind.UNKNOWN, 0),
                rejected=self._progress.rejected + rejected,
            )
        )

    # --- between --------------------------------------------------------------------------------------

    def _probe(self) -> None:
        """After an unknown answer: is the provider there, and can it tell what became of the batch?"""
        self._breaker.note_probe(self._outlet.provider.probe(), self._clock.monotonic())
        if not self._breaker.must_probe and self._can_prove:
            self._prove()

    @property
    def _can_prove(self) -> bool:
        able = self._outlet.provider.capabilities
        return able.is_conclusive or able.can_recall

    def _prove(self) -> Proof | None:
        """Settle what can be proven; None: another one is at it."""
        if not self._stake.take_turn(self._campaign.id):
            return None
        proof = prove_unknown(self._campaign.id, self._outlet, self._clock)
        self._recount()
        return proof

    def _recall(self) -> bool:
        """Call back what nobody answered, where that is possible; say whether some can be sent again."""
        if self._stake.is_shared:
            self._recount()  # of what others lost, too
        able = self._can_prove if self._stake.is_shared else self._outlet.provider.capabilities.can_recall
        if not self._progress.unknown or not able:
            return False
        before = self._progress.unknown
        proof = self._prove()
        if proof is None:  # what it calls back comes back to be sent
            self._clock.sleep(self._stake.look_s)
            return True
        # That nothing is there does not move what a worker had that may be alive: do not ask for ever.
        return proof.not_sent > 0 and self._progress.unknown < before

    def is_too_early(self, until: datetime | None) -> bool:
        """Say whether `until` is further off than this run is willing to wait, and remember it."""
        if until is None or (until - self._clock.now()).total_seconds() <= self._longest_wait_s:
            return False
        self.waits_until = until
        return True

    def _await_time(self, until: datetime | None) -> Ending | None:
        """Wait a little: for what is under way, or for `until` (None: nothing will ever be ready).

        Then look whether the campaign was stopped elsewhere.
        """
        delay = (until - self._clock.now()).total_seconds() if until is not None else 0.0
        slice_s = min(max(delay, 0.01), _SLICE_S)  # never spin, should the ledger's clock differ by a hair
        if self._flights:
            self._land(None if until is None else slice_s)
        elif until is None and self._others_are_at_it():
            self._clock.sleep(self._stake.look_s)
        elif until is None:
            return Ending.FINISHED
        elif self.is_too_early(until):
            return Ending.WAITING
        else:
            self._clock.sleep(slice_s)
        return self._other_state()

    def _others_are_at_it(self) -> bool:
        """Say whether others have batches under way, which may come back."""
        if not self._stake.is_shared:
            return False
        return self._ledger.counts(self._campaign.id).get(DeliveryState.SUBMITTING, 0) > 0

    def _other_state(self) -> Ending | None:
        state = self._ledger.campaign(self._campaign.id).state
        return ENDINGS.get(state)

    def _conclude(self, ending: Ending) -> Ending:
        """Write the ending into the ledger, unless another process has already changed the state."""
        if self._ledger.campaign(self._campaign.id).state is not CampaignState.RUNNING:
            return self._other_state() or ending
        if self._breaker.halt is not None:  # it may have landed after the loop was left for less
            ending = Ending.HALTED
        elif self._ledger.waits_until(self._campaign.id) is None:
            ending = Ending.FINISHED  # stopping or giving up came too late to hold anything back
        if not self._stake.pauses and ending in (Ending.STOPPED, Ending.WAITING):
            return ending  # the others go on, and so does this one later
        event, reason = {
            Ending.FINISHED: (CampaignEvent.FINISH, None),
            Ending.HALTED: (CampaignEvent.HALT, self._breaker.halt),
            Ending.PAUSED: (CampaignEvent.PAUSE, self._breaker.give_up or self._waves.reason),
            Ending.STOPPED: (CampaignEvent.PAUSE, "stopped by the operator"),
            Ending.WAITING: (CampaignEvent.PAUSE, f"the rest may go from {self.waits_until}"),
        }[ending]
        try:
            self._ledger.change(self._campaign.id, event, reason)
        except UsageError:  # paused or cancelled by another process since we looked: that stands
            return self._other_state() or (Ending.WAITING if self._stake.is_shared else ending)
        return ending

    def _recount(self) -> None:
        counts = self._ledger.counts(self._campaign.id)
        self._report(
            Progress(
                total=self._campaign.total,
                accepted=counts.get(DeliveryState.ACCEPTED, 0),
                rejected=counts.get(DeliveryState.REJECTED, 0),
                unknown=counts.get(DeliveryState.UNKNOWN, 0),
                suppressed=counts.get(DeliveryState.SUPPRESSED, 0),
            )
        )

    def _report(self, progress: Progress) -> None:
        self._progress = progress
        self._around.progress(progress)
