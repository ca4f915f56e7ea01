"""Rates that last: when the next mail of a kind may leave, kept in the ledger and shared by all who send."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from newsletter.protocols import Toll
from newsletter.store.database.dialects import make_first, may_others_write
from newsletter.store.schema.tables import bucket

__all__ = ["TURN", "all_closed", "close", "closed", "pay", "was_set_back"]

TURN = "turn:"
"""Begins the names of buckets that are no rate, but say whose turn it is."""

_MADE_UP = timedelta(seconds=0.25)  # so that no ten seconds hold over a fortieth more than the rate
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)


def closed(connection: Connection, tolls: Sequence[Toll], now: datetime) -> dict[str, datetime]:
    """Return until when the buckets of `tolls` are closed, by name; those that are open are left out.

    One that was closed in the future is closed from now on: the clock was set back meanwhile, and it must
    not stay closed until the clock is where it was.
    """
    if not tolls:
        return {}
    rows = connection.execute(select(bucket).where(bucket.c.name.in_([toll.name for toll in tolls])))
    return {row.name: _closed_until(row, now) for row in rows if row.open_at > now}


def all_closed(connection: Connection, now: datetime) -> dict[str, datetime]:
    """Return every rate that keeps mail waiting now, by name, and until when."""
    rows = connection.execute(select(bucket).where(bucket.c.open_at > now).order_by(bucket.c.name))
    return {row.name: _closed_until(row, now) for row in rows if not row.name.startswith(TURN)}


def was_set_back(connection: Connection, tolls: Sequence[Toll], now: datetime) -> bool:
    """Say whether one of the buckets was closed later than now."""
    names = [toll.name for toll in tolls]
    query = select(bucket.c.name).where(bucket.c.name.in_(names), bucket.c.closed_at > now).limit(1)
    return connection.scalar(query) is not None


def pay(connection: Connection, tolls: Sequence[Toll], messages: int, now: datetime) -> datetime | None:
    """Close the buckets for `messages` that leave now; or return until when one of them is closed.

    Whoever else pays waits meanwhile, so that all together keep to the rate. A bucket that was open for no
    longer than it takes to notice closes from then on, so that coming late costs nothing of the rate.
    """
    if not tolls:
        return None
    rows = _held(connection, tolls)
    closed = [_closed_until(row, now) for row in rows.values() if row.open_at > now]
    if closed:
        return max(closed)
    for toll in tolls:
        row = rows.get(toll.name)
        start = row.open_at if row is not None and now - row.open_at <= _MADE_UP else now
        until = start + timedelta(seconds=messages * toll.seconds_each)
        if row is None:
            connection.execute(insert(bucket).values(name=toll.name, closed_at=now, open_at=until))
        else:
            _write(connection, toll.name, now, until)
    return None


def _held(connection: Connection, tolls: Sequence[Toll]) -> dict[str, Row[Any]]:
    """Return the buckets of `tolls` by name, for this transaction alone; all take them in one order."""
    names = sorted(toll.name for toll in tolls)
    query = select(bucket).where(bucket.c.name.in_(names)).order_by(bucket.c.name).with_for_update()
    rows = {row.name: row for row in connection.execute(query)}
    missing = [name for name in names if name not in rows]
    if missing and may_others_write(connection):
        make_first(
            connection, bucket, [{"name": one, "closed_at": _NEVER, "open_at": _NEVER} for one in missing]
        )
        rows = {row.name: row for row in connection.execute(query)}
    return rows


def _closed_until(row: Row[Any], now: datetime) -> datetime:
    until: datetime = row.open_at - max(row.closed_at - now, timedelta(0))
    return until


def _write(connection: Connection, name: str, now: datetime, until: datetime) -> None:
    connection.execute(update(bucket).where(bucket.c.name == name).values(closed_at=now, open_at=until))


def close(connection: Connection, name: str, now: datetime, until: datetime) -> None:
    """Close the bucket `name` from `now` until `until`."""
    connection.execute(delete(bucket).where(bucket.c.name == name))
    connection.execute(insert(bucket).values(name=name, closed_at=now, open_at=until))
