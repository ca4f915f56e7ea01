"""The few statements that differ between databases, each behind one function."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, Table, column, func, insert, select, table
from sqlalchemy.sql.selectable import TableValuedAlias

from newsletter.store.schema import batch

__all__ = ["bulk_insert", "listed", "reserve_batch_ids"]

_SEQUENCE = table("sqlite_sequence", column("name"), column("seq"))


def bulk_insert(
    connection: Connection, into: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert `rows`, whose values are in the order of `columns` and already as stored.

    The driver gets the tuples as they are: passing a million dictionaries through bind processors costs
    more than the insert itself.
    """
    if rows:
        statement = insert(into).compile(dialect=connection.dialect, column_keys=list(columns))
        connection.exec_driver_sql(str(statement), list(rows))


def listed(values: Iterable[str | int]) -> TableValuedAlias:
    """Return `values` as a table with one column `value`, one bound parameter however many they are."""
    return func.json_each(json.dumps(list(values))).table_valued("value")


def reserve_batch_ids(connection: Connection, count: int) -> range:
    """Return `count` batch ids nobody had before; call it in the transaction that inserts them all.

    Ids of a discarded plan are not given again: SQLite keeps the highest ever used (sqlite.org/autoinc.html).
    """
    highest: int = connection.scalar(select(_SEQUENCE.c.seq).where(_SEQUENCE.c.name == batch.name)) or 0
    return range(highest + 1, highest + 1 + count)
