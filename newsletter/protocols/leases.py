"""What a ledger offers to several processes that send one campaign together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.lease import HeldBatches, Lease, WorkerRow
from newsletter.domain.outcome import Submission

if TYPE_CHECKING:
    from newsletter.protocols import Intent, IntentRefused, LateSuppression, Toll, TooEarly, WaveShut

__all__ = ["Leases"]


class Leases(Protocol):
    """Batches taken for a while, by the clock of the database. Raises StoreError.

    A claim says who builds a batch; it stays pending, and is free again when the claim is over. A lease
    begins with the intent: when it is over and nobody wrote an answer, the batch is unknown, never pending.
    """

    def now(self) -> datetime:
        """Return the time by the database's clock."""

    def claim(
        self,
        campaign_id: str,
        lease: Lease,
        skip: Iterable[int] = (),
        closed_lanes: Iterable[str] = (),
        closed_waves: Iterable[int] = (),
    ) -> Batch | None:
        """Take the next pending batch nobody else builds, as `Ledger.next_batch` chooses it."""

    def unclaim(self, batch_id: int, lease: Lease) -> None:
        """Give a claimed batch back."""

    def intend(
        self, batch: Batch, attempt: Attempt, tolls: Sequence[Toll], lease: Lease
    ) -> Intent | LateSuppression | IntentRefused | WaveShut | TooEarly:
        """Do what `Ledger.intend` does, and begin the lease in the same transaction.

        `batch.size` is for how many readers it was built: it is refused when others took some out since.
        """

    def renew(self, keys: Collection[str], lease: Lease) -> frozenset[str]:
        """Begin the leases of the attempts called `keys` anew; return those still held."""

    def settle(self, attempt: Attempt, submission: Submission) -> bool:
        """Commit what became of an attempt; False: its lease was over, and the answer came too late.

        A late answer is taken as evidence about who is unknown, and about who was released but not sent to
        again; not when the attempt is being called back. It is written down in any case, also that readers
        may have a letter twice.
        """

    def lose_expired(self, campaign_id: str | None = None) -> int:
        """Turn batches under way whose lease is over into `unknown`; return how many."""

    def lose_of(self, workers: Collection[str]) -> int:
        """Turn into `unknown` what `workers` had under way, who have certainly ended; return how many."""

    def held(self, campaign_id: str) -> Sequence[HeldBatches]:
        """Return what is under way of a campaign, by who has it, the first to be over first."""

    def opens_at(self, tolls: Sequence[Toll], now: datetime) -> Mapping[str, datetime]:
        """Return which buckets are closed, by name, and until when."""

    def take_turn(self, name: str, seconds: float) -> bool:
        """Take the turn called `name` for so many seconds; False: somebody else has it."""

    def enrol(self, worker: str, name: str) -> None:
        """Write down that a worker began, or is still there."""

    def leave(self, worker: str) -> None:
        """Take a worker out that has ended, and give back what it had claimed."""

    def workers(self) -> Sequence[WorkerRow]:
        """Return who works, in the order they began."""

    def forget_lost(self) -> int:
        """Take workers out that have been silent for a day; return how many."""

    def pace(self, campaign_id: str) -> float:
        """Return how many readers of a campaign a second were accepted in the last minute."""

    def closed(self) -> Mapping[str, datetime]:
        """Return every bucket that is closed now, by name, and until when."""
