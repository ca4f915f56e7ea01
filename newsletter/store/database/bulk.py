"""Many rows in one go, by whatever is quickest on each database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Select, Table, Update, create_engine, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler

__all__ = ["bulk_execute", "bulk_insert", "bulk_insert_new", "bulk_rows"]

_COUNTED = {"preserve_rowcount": True}
_MANY = 50  # rows from which a COPY is quicker than its own beginning
_VERY_MANY = 500  # and from which also a table for it is


def bulk_insert(
    connection: Connection, into: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert `rows`, whose values are in the order of `columns` and already as stored.

    The driver gets the tuples as they are: passing a million dictionaries through bind processors costs
    more than the insert itself. To a server many go by COPY.
    """
    if _is_worth_a_copy(connection, rows, _MANY):
        from newsletter.store.database.postgres_copy import copy_in  # an extra

        copy_in(connection, into.name, columns, rows)
    elif rows:
        connection.exec_driver_sql(_insert_text(into, tuple(columns), connection.dialect), list(rows))


def bulk_insert_new(
    connection: Connection,
    into: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    *,
    unique: Sequence[str] = (),
) -> int:
    """Insert those of `rows` whose columns `unique` are not there yet, as `bulk_insert`; return how many.

    Without `unique` whatever is unique by the table counts.
    """
    if not rows:
        return 0
    if _is_worth_a_copy(connection, rows, _VERY_MANY):
        from newsletter.store.database.postgres_copy import copy_in_new

        return copy_in_new(connection, into.name, columns, rows, unique)
    kept = _insert_text(into, tuple(columns), connection.dialect, tuple(unique))
    return connection.exec_driver_sql(kept, list(rows), execution_options=_COUNTED).rowcount


def bulk_rows(connection: Connection, query: Select[Any], at_once: int) -> Iterator[Sequence[Any]]:
    """Yield what `query` finds, `at_once` rows at a time, so that memory does not grow with their number.

    A file gives the driver's own rows, as stored, which are a third of the work of making SQLAlchemy's. A
    server would hand over everything at once: there a cursor of its own is asked, which only SQLAlchemy may
    read, as it takes the first row before anybody asks.
    """
    if connection.dialect.name == "sqlite":
        with connection.execute(query) as found:  # closed, also when somebody stops half-way
            while found.cursor is not None and (rows := found.cursor.fetchmany(at_once)):
                yield rows
    else:
        with connection.execute(query.execution_options(yield_per=at_once)) as found:
            yield from found.partitions()


def bulk_execute(
    connection: Connection,
    statement: Insert | Update,
    names: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Run `statement` for each of `rows`: the columns and parameters it takes, in the order of `names`."""
    if rows:
        connection.exec_driver_sql(_driver_text(statement, names, connection.dialect), list(rows))


@lru_cache(maxsize=64)
def _insert_text(
    into: Table, columns: Sequence[str], dialect: Dialect, unique: Sequence[str] | None = None
) -> str:
    """Return the statement of `bulk_insert`, or of `bulk_insert_new` where `unique` is given.

    It is kept, as making it takes as long as inserting fifty rows.
    """
    statement = insert(into)
    if unique is not None:
        kind = postgresql if dialect.name == "postgresql" else sqlite
        statement = kind.insert(into).on_conflict_do_nothing(index_elements=unique or None)
    return _driver_text(statement, columns, dialect)


def _driver_text(statement: Insert | Update, names: Sequence[str], dialect: Dialect) -> str:
    writer = _by_place() if dialect.name == "postgresql" else dialect
    compiled = statement.compile(dialect=writer, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup == list(names), "the values would land in the wrong places"
    return str(compiled)


@cache
def _by_place() -> Dialect:
    """Return what writes statements of PostgreSQL with values by their place, as the driver takes rows."""
    return create_engine("postgresql+psycopg://", paramstyle="format").dialect


def _is_worth_a_copy(connection: Connection, rows: Sequence[tuple[object, ...]], least: int) -> bool:
    return len(rows) >= least and connection.dialect.name == "postgresql"
