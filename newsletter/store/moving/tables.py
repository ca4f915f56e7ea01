"""Every table of a store filled from another one, and read again before anything is committed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import chain

from sqlalchemy import Connection, Table, delete, select

from newsletter.errors import Problem, StoreError
from newsletter.source import Place
from newsletter.store.database.bulk import bulk_insert
from newsletter.store.database.closed import open_tables
from newsletter.store.moving.numbers import go_on_after, last_numbers
from newsletter.store.moving.portable import Row, TableDigest, count_rows, portable_rows
from newsletter.store.schema.tables import meta, metadata

__all__ = [
    "count_all",
    "digest_tables",
    "empty_tables",
    "fill_tables",
    "first_full_table",
    "let_it_take_long",
]

_PATIENCE = "SET LOCAL idle_in_transaction_session_timeout = '30min'"


def count_all(connection: Connection) -> int:
    """Return how many rows the store of `connection` has."""
    return sum(count_rows(connection, table) for table in metadata.sorted_tables)


def first_full_table(connection: Connection, *besides: Table) -> str | None:
    """Return the name of a table with a row in it, `besides` some.

    Keys that a new store makes for itself do not count.
    """
    for table in metadata.sorted_tables:
        if (
            table not in (meta, *besides)
            and connection.execute(select(table.primary_key.columns[0]).limit(1)).first()
        ):
            return table.name
    return None


def empty_tables(connection: Connection) -> None:
    """Remove every row of a store in PostgreSQL, be it closed, also those of logs that are only added to."""
    open_tables(connection)
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables if table is not meta)
    connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY")


def fill_tables(
    source: Connection, target: Connection, tell: Callable[[int], None], *, shown: str
) -> Mapping[str, TableDigest]:
    """Fill the empty tables of `target` with all rows of `source`; return what each has, by name.

    Parents come before children, and numbers go on where they are. `tell` is told how many rows are there.
    Each table is read again in `target`, called `shown`: raises StoreError when it has other values.
    """
    let_it_take_long(source, target)
    target.execute(delete(meta).where(meta.c.name.not_like("commit of %")))
    found = {}
    done = 0
    for table in metadata.sorted_tables:
        digest = TableDigest.of(table)
        with closing(portable_rows(source, table)) as pages:
            _fill(target, table, _noted(pages, digest, done, tell))
        done += digest.rows
        _compare(target, table, digest, shown)
        found[table.name] = digest
    go_on_after(target, last_numbers(source))
    return found


def digest_tables(connection: Connection) -> Mapping[str, TableDigest]:
    """Return what each table has, by name."""
    return {table.name: _digest(connection, table) for table in metadata.sorted_tables}


def let_it_take_long(*connections: Connection) -> None:
    """Let a server wait while the other database is used, and a file check references at the end."""
    for connection in connections:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(_PATIENCE)
        else:
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")


def _fill(target: Connection, table: Table, pages: Iterable[list[Row]]) -> None:
    columns = [column.name for column in table.columns]
    if target.dialect.name == "postgresql":
        from newsletter.store.database.postgres_copy import copy_in  # an extra

        copy_in(target, table.name, columns, chain.from_iterable(pages))
        return
    for rows in pages:
        bulk_insert(target, table, columns, rows)


def _noted(
    pages: Iterable[list[Row]], digest: TableDigest, before: int, tell: Callable[[int], None]
) -> Iterator[list[Row]]:
    for rows in pages:
        digest.add(rows)
        tell(before + digest.rows)
        yield rows


def _digest(connection: Connection, table: Table) -> TableDigest:
    found = TableDigest.of(table)
    with closing(portable_rows(connection, table)) as pages:
        for rows in pages:
            found.add(rows)
    return found


def _compare(target: Connection, table: Table, wanted: TableDigest, shown: str) -> None:
    there = _digest(target, table)
    if (there.rows, there.hex) != (wanted.rows, wanted.hex):
        raise StoreError(
            Problem(
                what=f"the table {table.name} did not arrive as it was; nothing was changed",
                place=Place(path=shown),
                why=f"{wanted.rows} rows were written and {there.rows} are there, or one has other values",
                fix="report this, please; the store you have is as it was",
            )
        )
