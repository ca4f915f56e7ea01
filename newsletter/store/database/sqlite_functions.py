"""Functions in this process that SQLite calls: a digest of a reader, and marks for ids."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from newsletter.store.database.row_digest import TAG_SEPARATOR, row_digest

__all__ = ["mark_ids", "register_functions"]


def mark_ids(
    connection: Connection,
    marks: bytearray,
    ids: ColumnElement[int],
    conditions: Sequence[ColumnElement[bool]],
) -> None:
    """Set the byte of each id in the column `ids` to 1, for the rows where all `conditions` hold.

    The rows never become Python objects: of the ways to get a million ids out of SQLite this is by far the
    quickest. An id beyond the end of `marks` is an error.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection), "only SQLite has functions in this process"
    driver.create_function("newsletter_mark", 2, marks.__setitem__)
    try:
        connection.execute(select(func.count(func.newsletter_mark(ids, 1))).where(*conditions)).all()
    finally:
        driver.create_function("newsletter_mark", 2, None)


def register_functions(connection: sqlite3.Connection) -> None:
    """Give SQLite the functions it lacks."""
    connection.create_function("newsletter_digest", 8, _digest, deterministic=True)


def _digest(*values: str | None) -> str:
    *others, tags = values
    if tags and TAG_SEPARATOR in tags:
        tags = TAG_SEPARATOR.join(sorted(tags.split(TAG_SEPARATOR)))
    return row_digest(*others, tags)
