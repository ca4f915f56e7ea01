"""Rates that last: when the next mail of a kind may leave, kept in the ledger and shared by all who send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from newsletter.protocols import Toll
from newsletter.store.schema.tables import bucket

__all__ = ["close", "closed", "pay", "was_set_back"]


def closed(connection: Connection, tolls: Sequence[Toll], now: datetime) -> dict[str, datetime]:
    """Return until when the buckets of `tolls` are closed, by name; those that are open are left out.

    One that was closed in the future is closed from now on: the clock was set back meanwhile, and it must
    not stay closed until the clock is where it was.
    """
    if not tolls:
        return {}
    rows = connection.execute(select(bucket).where(bucket.c.name.in_([toll.name for toll in tolls])))
    return {
        row.name: row.open_at - max(row.closed_at - now, timedelta(0)) for row in rows if row.open_at > now
    }


def was_set_back(connection: Connection, tolls: Sequence[Toll], now: datetime) -> bool:
    """Say whether one of the buckets was closed later than now."""
    names = [toll.name for toll in tolls]
    query = select(bucket.c.name).where(bucket.c.name.in_(names), bucket.c.closed_at > now).limit(1)
    return connection.scalar(query) is not None


def pay(connection: Connection, tolls: Sequence[Toll], messages: int, now: datetime) -> datetime | None:
    """Close the buckets for `messages` that leave now; or return until when one of them is closed."""
    until = closed(connection, tolls, now)
    if until:
        return max(until.values())
    for toll in tolls:
        close(connection, toll.name, now, now + timedelta(seconds=messages * toll.seconds_each))
    return None


def close(connection: Connection, name: str, now: datetime, until: datetime) -> None:
    """Close the bucket `name` from `now` until `until`."""
    connection.execute(delete(bucket).where(bucket.c.name == name))
    connection.execute(insert(bucket).values(name=name, closed_at=now, open_at=until))
