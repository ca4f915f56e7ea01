"""The marks of a move: on the store that was moved, and on the new one as long as the old one has none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from newsletter.errors import StoreError
from newsletter.store.database.closed import (
    CLOSED,
    Closed,
    close_tables,
    closed_as,
    open_tables,
    problem_of,
)
from newsletter.store.database.database import Database
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.tables import meta

__all__ = ["Move", "open_again", "refuse_what_is_closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One move of a store, of the databases shown as `source` and `target`, begun at `at`.

    First the new store is filled and closed, then the old one is closed, then the new one is opened. So
    whenever it ends half-way, one of the two is in use at most, and `token` tells that they belong together.
    """

    source: str
    target: str
    at: datetime
    token: str

    def close_target(self, connection: Connection) -> None:
        """Close the new store, which was filled, until the old one is closed."""
        self._close(connection, self.source, is_moved=False)

    def close_source(self, connection: Connection) -> None:
        """Close the old store."""
        self._close(connection, self.target, is_moved=True)

    def _close(self, connection: Connection, other: str, *, is_moved: bool) -> None:
        closed = Closed(is_moved=is_moved, other=other, at=utc_text(self.at), token=self.token)
        connection.execute(insert(meta).values(name=CLOSED, value=closed.line()))
        close_tables(connection, closed)


def open_again(connection: Connection) -> None:
    """Take the mark of a move away."""
    open_tables(connection)
    connection.execute(delete(meta).where(meta.c.name == CLOSED))


def refuse_what_is_closed(database: Database) -> None:
    """Raise StoreError when the store in `database` was moved, or is the new one of a move half done."""
    with database.reading() as connection:
        found = closed_as(connection)
    if found is not None:
        raise StoreError(problem_of(found, database.shown))
