"""The rows of processes that send together."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, and_, delete, func, select, update

from newsletter.domain.delivery import BatchState
from newsletter.domain.lease import HeldBatches, WorkerRow
from newsletter.store.database.dialects import database_now, make_first
from newsletter.store.schema.tables import attempt, batch, worker

__all__ = ["enrol", "find", "forget_lost", "held", "leave", "pace"]

_SILENT = timedelta(seconds=60)
_FORGOTTEN = timedelta(days=1)
_LATELY = timedelta(minutes=1)


def enrol(connection: Connection, worker_id: str, name: str) -> None:
    """Write down that a worker began, or is still there."""
    now = database_now(connection)
    seen = connection.execute(update(worker).where(worker.c.id == worker_id).values(seen_at=now))
    if not seen.rowcount:
        make_first(connection, worker, [{"id": worker_id, "name": name, "since": now, "seen_at": now}])


def leave(connection: Connection, worker_id: str) -> None:
    """Take a worker out, and give back what it had claimed."""
    connection.execute(delete(worker).where(worker.c.id == worker_id))
    connection.execute(
        update(batch)
        .where(batch.c.state == BatchState.PENDING, batch.c.claimed_by == worker_id)
        .values(claimed_by=None, claimed_until=None)
    )


def forget_lost(connection: Connection) -> int:
    """Take workers out that have been silent for a day; return how many."""
    silent = worker.c.seen_at < database_now(connection) - _FORGOTTEN
    return connection.execute(delete(worker).where(silent)).rowcount


def find(connection: Connection) -> list[WorkerRow]:
    """Return who works, in the order they began, with what each has under way."""
    now = database_now(connection)
    held = (
        select(attempt.c.worker, func.count().label("batches"), func.sum(batch.c.size).label("readers"))
        .join(batch, batch.c.id == attempt.c.batch_id)
        .where(
            attempt.c.lease_until.is_not(None),
            attempt.c.outcome.is_(None),
            batch.c.state == BatchState.SUBMITTING,
        )
        .group_by(attempt.c.worker)
        .subquery()
    )
    query = (
        select(worker, held.c.batches, held.c.readers)
        .outerjoin(held, held.c.worker == worker.c.id)
        .order_by(worker.c.since, worker.c.id)
    )
    return [
        WorkerRow(
            id=row.id,
            name=row.name,
            since=row.since,
            seen_at=row.seen_at,
            batches=row.batches or 0,
            readers=row.readers or 0,
            lost=now - row.seen_at > _SILENT,
        )
        for row in connection.execute(query)
    ]


def held(connection: Connection, campaign_id: str) -> list[HeldBatches]:
    """Return what is under way of a campaign, by who has it, the first to be over first."""
    now = database_now(connection)
    last = func.max(attempt.c.lease_until)
    query = (
        select(worker.c.name, func.count().label("batches"), func.sum(batch.c.size).label("readers"), last)
        .select_from(batch)
        .join(attempt, and_(attempt.c.batch_id == batch.c.id, attempt.c.number == batch.c.attempt))
        .outerjoin(worker, worker.c.id == attempt.c.worker)
        .where(
            batch.c.campaign_id == campaign_id,
            batch.c.state == BatchState.SUBMITTING,
            attempt.c.outcome.is_(None),
            attempt.c.lease_until > now,
        )
        .group_by(attempt.c.worker, worker.c.name)
        .order_by(last)
    )
    return [
        HeldBatches(
            name=name or "a process that has ended",
            batches=batches,
            readers=readers,
            seconds_left=(until - now).total_seconds(),
        )
        for name, batches, readers, until in connection.execute(query)
    ]


def pace(connection: Connection, campaign_id: str) -> float:
    """Return how many readers of a campaign a second were accepted in the last minute."""
    since = database_now(connection) - _LATELY
    query = (
        select(func.sum(batch.c.size))
        .join(attempt, and_(attempt.c.batch_id == batch.c.id, attempt.c.number == batch.c.attempt))
        .where(
            batch.c.campaign_id == campaign_id,
            batch.c.state == BatchState.ACCEPTED,
            attempt.c.ended_at >= since,
        )
    )
    return float(connection.scalar(query) or 0) / _LATELY.total_seconds()
