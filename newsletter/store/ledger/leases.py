"""Batches taken for a while by processes that send together, and who those processes are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import or_, select, update

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.lease import HeldBatches, Lease, WorkerRow
from newsletter.domain.outcome import Submission
from newsletter.protocols import Intent, IntentRefused, LateSuppression, Toll, TooEarly, WaveShut
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import be_brief, database_now
from newsletter.store.database.repeating import repeating
from newsletter.store.ledger import buckets, intents, leased, ledger_queries, outcomes, workers
from newsletter.store.ledger.rows import read_batches
from newsletter.store.schema.tables import attempt as attempt_table
from newsletter.store.schema.tables import batch

__all__ = ["SqlLeases"]


@repeating(
    "now",
    "claim",
    "unclaim",
    "intend",
    "renew",
    "settle",
    "lose_expired",
    "lose_of",
    "held",
    "opens_at",
    "take_turn",
    "enrol",
    "leave",
    "workers",
    "forget_lost",
    "pace",
    "closed",
)
class SqlLeases:
    """`protocols.Leases` on a database. Each method that writes is one transaction, save for `settle`.

    They share the database (`Database.sharing`): each holds the batch, the attempts, the buckets or the
    worker it changes, in that order, so that no two wait for each other. What changes more than that, such
    as an answer that splits a batch or halts the campaign, is written alone.
    """

    def __init__(self, database: Database) -> None:
        """Keep leases in `database`."""
        self._database = database

    def now(self) -> datetime:
        """Return the time by the database's clock."""
        with self._database.reading() as connection:
            return database_now(connection)

    def claim(
        self,
        campaign_id: str,
        lease: Lease,
        skip: Iterable[int] = (),
        closed_lanes: Iterable[str] = (),
        closed_waves: Iterable[int] = (),
    ) -> Batch | None:
        """Take the next pending batch nobody else builds; whoever asks at the same moment gets another."""
        with self._database.sharing(is_durable=False) as connection:
            now = database_now(connection)
            is_free = or_(
                batch.c.claimed_until.is_(None),
                batch.c.claimed_until <= now,
                batch.c.claimed_by == lease.worker,
            )
            ready = ledger_queries.ready(skip, closed_lanes, closed_waves).where(is_free)
            found = read_batches(
                connection,
                ready.with_for_update(skip_locked=True),
                {"campaign": campaign_id, "now": now},
            )
            if not found:
                return None
            connection.execute(
                update(batch)
                .where(batch.c.id == found[0].id)
                .values(claimed_by=lease.worker, claimed_until=now + lease.length)
            )
            return found[0]

    def unclaim(self, batch_id: int, lease: Lease) -> None:
        """Give a claimed batch back."""
        with self._database.sharing(is_durable=False) as connection:
            connection.execute(
                update(batch)
                .where(batch.c.id == batch_id, batch.c.claimed_by == lease.worker)
                .values(claimed_by=None, claimed_until=None)
            )

    def intend(
        self, batch: Batch, attempt: Attempt, tolls: Sequence[Toll], lease: Lease
    ) -> Intent | LateSuppression | IntentRefused | WaveShut | TooEarly:
        """Commit the intent durably, with the lease that begins with it."""
        try:
            with self._database.sharing() as connection:
                return intents.intend(connection, batch, attempt, tolls, lease)
        except intents.Undone as undone:
            return undone.answer

    def renew(self, keys: Collection[str], lease: Lease) -> frozenset[str]:
        """Begin the leases of the attempts called `keys` anew; return those still held."""
        if not keys:
            return frozenset()
        mine = [
            attempt_table.c.key.in_(list(keys)),
            attempt_table.c.outcome.is_(None),
            attempt_table.c.worker == lease.worker,
        ]
        with self._database.sharing(is_durable=False) as connection:
            until = database_now(connection) + lease.length
            connection.execute(update(attempt_table).where(*mine).values(lease_until=until))
            return frozenset(connection.scalars(select(attempt_table.c.key).where(*mine)))

    def settle(self, attempt: Attempt, submission: Submission) -> bool:
        """Commit what became of an attempt; False: too late, so that it was taken as evidence."""
        if leased.is_simple(submission):
            with self._database.sharing(is_durable=False) as connection:
                if leased.settle_simply(connection, attempt, submission, database_now(connection)):
                    return True
        with self._database.writing(is_durable=False) as connection:
            be_brief(connection)
            return leased.settle(connection, attempt, submission, database_now(connection))

    def lose_expired(self, campaign_id: str | None = None) -> int:
        """Turn batches under way whose lease is over into `unknown`; return how many."""
        with self._database.sharing() as connection:
            return outcomes.lose_expired(connection, campaign_id)

    def lose_of(self, workers: Collection[str]) -> int:
        """Turn what `workers` had under way, who have certainly ended, into `unknown`; return how many."""
        if not workers:
            return 0
        with self._database.sharing() as connection:
            return outcomes.lose_of(connection, workers)

    def held(self, campaign_id: str) -> Sequence[HeldBatches]:
        """Return what is under way of a campaign, by who has it, the first to be over first."""
        with self._database.reading() as connection:
            return workers.held(connection, campaign_id)

    def opens_at(self, tolls: Sequence[Toll], now: datetime) -> Mapping[str, datetime]:
        """Return which buckets are closed, by name, and until when."""
        with self._database.reading() as connection:
            return buckets.closed(connection, tolls, now)

    def take_turn(self, name: str, seconds: float) -> bool:
        """Take the turn called `name`; a turn is a bucket that one closes for all."""
        with self._database.sharing(is_durable=False) as connection:
            toll = Toll(name=f"{buckets.TURN}{name}", seconds_each=seconds)
            return buckets.pay(connection, (toll,), 1, database_now(connection)) is None

    def enrol(self, worker: str, name: str) -> None:
        """Write down that a worker began, or is still there."""
        with self._database.sharing(is_durable=False) as connection:
            workers.enrol(connection, worker, name)

    def leave(self, worker: str) -> None:
        """Take a worker out that has ended, and give back what it had claimed."""
        with self._database.sharing(is_durable=False) as connection:
            workers.leave(connection, worker)

    def workers(self) -> Sequence[WorkerRow]:
        """Return who works, in the order they began."""
        with self._database.reading() as connection:
            return workers.find(connection)

    def forget_lost(self) -> int:
        """Take workers out that have been silent for a day; return how many."""
        with self._database.sharing(is_durable=False) as connection:
            return workers.forget_lost(connection)

    def pace(self, campaign_id: str) -> float:
        """Return how many readers of a campaign a second were accepted in the last minute."""
        with self._database.reading() as connection:
            return workers.pace(connection, campaign_id)

    def closed(self) -> Mapping[str, datetime]:
        """Return every bucket that is closed now, by name, and until when."""
        with self._database.reading() as connection:
            return buckets.all_closed(connection, database_now(connection))
