"""Many rows into a table of PostgreSQL by COPY, the quickest way in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection

from newsletter.errors import Problem, StoreError
from newsletter.store.database.faults import driver_fault

__all__ = ["copy_in"]

_MOST_SHOWN = 60


def copy_in(
    connection: Connection, into: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]
) -> int:
    """Add `rows` to the table `into` in one statement, in the transaction of `connection`; return how many.

    Their values are in the order of `columns`; a moment or a document may be given as text. Raises StoreError
    that says which row PostgreSQL cannot hold, such as one with the character U+0000.
    """
    driver: Any = connection.connection.dbapi_connection
    assert isinstance(driver, psycopg.Connection), "the engine is one of psycopg"
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(into), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    number = 0
    row: tuple[object, ...] = ()
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                number += 1
    except psycopg.DataError as error:
        raise StoreError(
            Problem(
                what=f"PostgreSQL cannot hold a row of {into}",
                why=f"{str(error).strip()}{_which(columns, row) if error.sqlstate is None else ''}",
                fix="mend that row where it comes from, then try again",
            )
        ) from error
    except psycopg.Error as error:
        raise driver_fault(error, into) from error
    return number


def _which(columns: Sequence[str], row: Sequence[object]) -> str:
    return f"; it is the one with {columns[0]} {repr(row[0])[:_MOST_SHOWN]}" if row else ""
