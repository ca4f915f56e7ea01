"""How often something may be asked on the site, counted in the database so that all its processes share it.

The generic cell rate algorithm (ITU-T I.371), on the same buckets that pace sending: a bucket is closed
until so far ahead as its burst is used up. It needs one row for each, and none for each visit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from newsletter.store.database.database import Database
from newsletter.store.ledger import buckets
from newsletter.store.schema.tables import bucket

__all__ = ["SqlVisitLimits", "VisitLimit"]

_PREFIX = "site:"
_AFTER_PREFIX = "site;"  # the next text after all that begin with the prefix


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLimit:
    """At most `most` in `seconds`, counted under `name`."""

    name: str
    most: int
    seconds: float

    @property
    def each(self) -> timedelta:
        """Return how long one of them takes up the bucket."""
        return timedelta(seconds=self.seconds / self.most)


class SqlVisitLimits:
    """Limits on a database."""

    def __init__(self, database: Database) -> None:
        """Count in `database`."""
        self._database = database

    def admit(self, limits: Sequence[VisitLimit], now: datetime) -> VisitLimit | None:
        """Count one visit under all of `limits`; or count none, and return the limit that is used up."""
        names = {f"{_PREFIX}{limit.name}": limit for limit in limits}
        with self._database.writing(is_durable=False) as connection:
            rows = connection.execute(select(bucket).where(bucket.c.name.in_(names)))
            # A bucket that was closed later than now saw a clock that was set back since: it counts from now.
            full = {row.name: max(now, now + (row.open_at - max(row.closed_at, now))) for row in rows}
            for name, limit in names.items():
                if full.get(name, now) - now > limit.each * (limit.most - 1):
                    return limit
            for name, limit in names.items():
                buckets.close(connection, name, now, full.get(name, now) + limit.each)
            connection.execute(
                delete(bucket).where(
                    bucket.c.name >= _PREFIX, bucket.c.name < _AFTER_PREFIX, bucket.c.open_at <= now
                )
            )
        return None

    def is_full(self, limit: VisitLimit, now: datetime) -> bool:
        """Say whether nothing more is admitted under `limit` at `now`."""
        with self._database.reading() as connection:
            until = connection.scalar(
                select(bucket.c.open_at).where(bucket.c.name == f"{_PREFIX}{limit.name}")
            )
        return until is not None and until - now > limit.each * (limit.most - 1)
