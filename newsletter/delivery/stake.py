"""What a run has a right to: all of a campaign, or what it took among others who send it too."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import datetime
from typing import TypeAlias

from newsletter.delivery.hands import hire_hands
from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.lease import Lease
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.protocols import (
    Clock,
    Intent,
    IntentRefused,
    LateSuppression,
    Leases,
    Ledger,
    Payload,
    Shipment,
    Toll,
    TooEarly,
    WaveShut,
)

__all__ = ["Answer", "OwnStake", "SharedStake", "Stake"]

Answer: TypeAlias = "Intent | LateSuppression | IntentRefused | WaveShut | TooEarly"

_TURN_S = 10.0
_OVER = "its lease was over before it was handed over"


class OwnStake:
    """All of a campaign: one process sends it, and nobody else takes part."""

    look_s = 0.0
    """How long to wait before looking again for what others may give back, in seconds."""
    tend_s: float | None = None
    """How often `tend` has to be called while something is under way, in seconds; None: never."""
    pauses = True
    """Whether the campaign is paused when this run stops or has to wait for too long."""
    is_shared = False

    def __init__(self, ledger: Ledger) -> None:
        """Have a stake in the campaigns of `ledger`."""
        self._ledger = ledger

    def hire(self, concurrency: int) -> Executor:
        """Return who hands over that many submissions at once."""
        return hire_hands(concurrency)

    def next_batch(
        self,
        campaign_id: str,
        now: datetime,
        skip: Iterable[int],
        closed_lanes: Iterable[str],
        closed_waves: Iterable[int],
    ) -> Batch | None:
        """Return the next batch to build, as `Ledger.next_batch` does."""
        return self._ledger.next_batch(campaign_id, now, skip, closed_lanes, closed_waves)

    def give_back(self, batch: Batch) -> None:
        """Let others build `batch`, which cannot leave yet."""

    def opens_at(self, tolls: Sequence[Toll], now: datetime) -> Mapping[str, datetime]:
        """Return which buckets are closed, as `Ledger.opens_at` does."""
        return self._ledger.opens_at(tolls, now)

    def intend(self, batch: Batch, attempt: Attempt, tolls: Sequence[Toll]) -> Answer:
        """Commit the intent to submit."""
        return self._ledger.intend(batch, attempt, tolls)

    def work(self, attempt: Attempt, shipment: Shipment, payload: Payload) -> Callable[[], Submission]:  # noqa: ARG002  # others need it
        """Return what hands `payload` over, to be called once."""
        return lambda: shipment.submit(payload)

    def settle(self, attempt: Attempt, submission: Submission, now: datetime) -> None:
        """Commit what became of an attempt."""
        self._ledger.settle(attempt, submission, now)

    def tend(self, keys: Collection[str]) -> None:
        """Keep the right to the attempts called `keys`, which are under way."""

    def take_turn(self, campaign_id: str) -> bool:  # noqa: ARG002  # others need it
        """Say whether it is for this run to look for evidence now."""
        return True


class SharedStake(OwnStake):
    """What one worker took of a campaign that others send too.

    What is under way is kept by `tend`. What is not handed over when its lease is over is not handed over
    at all; until then the time is measured by a clock that nobody sets, from before the lease began.
    """

    look_s = 0.2
    is_shared = True

    def __init__(
        self,
        ledger: Ledger,
        leases: Leases,
        lease: Lease,
        clock: Clock,
        *,
        pauses: bool,
        on_work: Callable[[], None] = lambda: None,
    ) -> None:
        """Take batches for as long as `lease` says; `pauses` as in `OwnStake`.

        `on_work` is called once, when there is a batch to send.
        """
        super().__init__(ledger)
        self._leases = leases
        self._lease = lease
        self._clock = clock
        self._length_s = lease.length.total_seconds()
        self._has_turn = False
        self._on_work: Callable[[], None] | None = on_work
        self._ends: dict[str, float] = {}
        self._tended_at = clock.monotonic()
        self.tend_s = self._length_s / 4
        self.pauses = pauses

    def hire(self, concurrency: int) -> Executor:
        """Return hands that leave this thread free to renew leases."""
        return hire_hands(concurrency, own=False)

    def next_batch(
        self,
        campaign_id: str,
        now: datetime,  # noqa: ARG002  # the database's clock says what time it is
        skip: Iterable[int],
        closed_lanes: Iterable[str],
        closed_waves: Iterable[int],
    ) -> Batch | None:
        """Claim the next batch that nobody else builds; of the first one is told.

        Before there is an intent: should telling fail, nothing is under way.
        """
        batch = self._leases.claim(campaign_id, self._lease, skip, closed_lanes, closed_waves)
        if batch is not None and self._on_work is not None:
            tell, self._on_work = self._on_work, None
            tell()
        return batch

    def give_back(self, batch: Batch) -> None:
        """Let others build `batch`."""
        self._leases.unclaim(batch.id, self._lease)

    def opens_at(self, tolls: Sequence[Toll], now: datetime) -> Mapping[str, datetime]:
        """Return which buckets are closed."""
        return self._leases.opens_at(tolls, now)

    def intend(self, batch: Batch, attempt: Attempt, tolls: Sequence[Toll]) -> Answer:
        """Commit the intent, with which the lease begins."""
        begun = self._clock.monotonic()
        answer = self._leases.intend(batch, attempt, tolls, self._lease)
        self._ends[attempt.key] = begun + self._length_s
        return answer

    def work(self, attempt: Attempt, shipment: Shipment, payload: Payload) -> Callable[[], Submission]:
        """Return what hands `payload` over while its lease lasts."""

        def hand_over() -> Submission:
            if self._clock.monotonic() >= self._ends[attempt.key]:
                kept_back = Outcome(kind=OutcomeKind.NOT_SENT, detail=_OVER, retry_after_s=0.0)
                return Submission(outcome=kept_back)
            return shipment.submit(payload)

        return hand_over

    def settle(self, attempt: Attempt, submission: Submission, now: datetime) -> None:  # noqa: ARG002  # see next_batch
        """Commit what became of an attempt; after its lease it is evidence."""
        self._leases.settle(attempt, submission)
        self._ends.pop(attempt.key, None)

    def tend(self, keys: Collection[str]) -> None:
        """Renew the leases, if it is time, and give up those of workers that did not."""
        begun = self._clock.monotonic()
        if begun - self._tended_at < (self.tend_s or 0.0):
            return
        self._tended_at = begun
        for key in self._leases.renew(keys, self._lease):
            self._ends[key] = begun + self._length_s
        self._leases.lose_expired()

    def take_turn(self, campaign_id: str) -> bool:
        """Say whether nobody else looked for evidence just now."""
        if not self._has_turn:
            self._has_turn = self._leases.take_turn(f"evidence:{campaign_id}", _TURN_S)
        return self._has_turn


Stake: TypeAlias = OwnStake
