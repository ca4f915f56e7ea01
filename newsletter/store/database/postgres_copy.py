"""Many rows into a table of PostgreSQL by COPY, the quickest way in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from newsletter.errors import Problem, StoreError

__all__ = ["copy_in", "copy_in_new"]

_MOST_SHOWN = 60


def copy_in(
    connection: Connection, into: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]
) -> int:
    """Add `rows` to the table `into` in one statement, in the transaction of `connection`; return how many.

    Their values are in the order of `columns`; a moment or a document may be given as text. Raises StoreError
    that says which row PostgreSQL cannot hold, such as one with the character U+0000.
    """
    driver = _driver(connection)
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
        raise _fault(connection, error, into) from error
    return number


def copy_in_new(
    connection: Connection,
    into: str,
    columns: Sequence[str],
    rows: Iterable[tuple[object, ...]],
    unique: Sequence[str] = (),
) -> int:
    """Add those of `rows` that are not there yet, by `unique` or whatever is unique; return how many.

    They go through a temporary table, for COPY itself stops at the first that is known. Raises as `copy_in`.
    """
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    table, beside = sql.Identifier(into), sql.Identifier(f"new_{into}")
    known = sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Identifier, unique))) if unique else sql.SQL("")
    driver = _driver(connection)
    try:
        driver.execute(
            sql.SQL("CREATE TEMPORARY TABLE {} AS SELECT {} FROM {} WITH NO DATA").format(
                beside, names, table
            )
        )
        copy_in(connection, f"new_{into}", columns, rows)
        added = driver.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {} ON CONFLICT {} DO NOTHING").format(
                table, names, names, beside, known
            )
        ).rowcount
        driver.execute(sql.SQL("DROP TABLE {}").format(beside))
    except psycopg.Error as error:
        raise _fault(connection, error, into) from error
    return added


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    driver: Any = connection.connection.dbapi_connection
    assert isinstance(driver, psycopg.Connection), "the engine is one of psycopg"
    return driver


def _fault(connection: Connection, error: psycopg.Error, into: str) -> Exception:
    """Return what SQLAlchemy would raise, so that a lost connection is known as one."""
    is_lost = _driver(connection).closed
    if is_lost:
        connection.invalidate(error)
    return DBAPIError.instance(
        f"COPY {into}", None, error, psycopg.Error, connection_invalidated=is_lost, dialect=connection.dialect
    )


def _which(columns: Sequence[str], row: Sequence[object]) -> str:
    return f"; it is the one with {columns[0]} {repr(row[0])[:_MOST_SHOWN]}" if row else ""
