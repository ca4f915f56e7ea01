"""The mark on a store that was moved: whoever opens it is told where everything is now."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from newsletter.errors import Problem, StoreError
from newsletter.source import Place
from newsletter.store.database.database import Database
from newsletter.store.moving.portable import MOVED
from newsletter.store.schema.columns import json_text, utc_text
from newsletter.store.schema.tables import meta

__all__ = ["mark_as_moved", "refuse_what_was_moved"]


def mark_as_moved(connection: Connection, to: str, now: datetime) -> None:
    """Write down that the store of `connection` is in the database called `to` since `now`."""
    connection.execute(delete(meta).where(meta.c.name == MOVED))
    connection.execute(insert(meta).values(name=MOVED, value=json_text({"to": to, "at": utc_text(now)})))


def refuse_what_was_moved(database: Database) -> None:
    """Raise StoreError when the store in `database` was moved: sending from both would mail readers twice."""
    with database.reading() as connection:
        found = connection.scalar(select(meta.c.value).where(meta.c.name == MOVED))
    if found is None:
        return
    told = json.loads(found)
    raise StoreError(
        Problem(
            what=f"this store was moved to {told['to']} on {told['at'][:10]}",
            place=Place(path=database.shown),
            why="what was sent since is known there alone, so sending from here would mail readers twice",
            fix="let [store] url in newsletter.toml name that database;"
            " to come back: newsletter store copy THERE HERE --replace",
        )
    )
