"""The last number given in each table, so that the database a store moves to gives none a second time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Integer, String, Table, column, delete, func, insert, select, table, text

from newsletter.store.schema.tables import metadata

__all__ = ["go_on_after", "last_numbers"]

_GIVEN = table("sqlite_sequence", column("name", String), column("seq", Integer))
_SEQUENCE = text("SELECT pg_get_serial_sequence(:table, :key)")
_LAST = text("SELECT pg_sequence_last_value(CAST(:sequence AS regclass))")
_SET = text("SELECT setval(CAST(:sequence AS regclass), :last)")


def last_numbers(connection: Connection) -> Mapping[str, int]:
    """Return the highest number that a row of each numbered table has or had; 0: there never was one."""
    highest = {
        one.name: connection.scalar(select(func.max(one.primary_key.columns[0]))) or 0 for one in _numbered()
    }
    if connection.dialect.name == "postgresql":
        given = {
            name: connection.scalar(_LAST, {"sequence": sequence}) or 0
            for name, sequence in _sequences(connection)
        }
    else:
        given = {row.name: row.seq for row in connection.execute(select(_GIVEN))}
    return {name: max(number, given.get(name, 0)) for name, number in highest.items()}


def go_on_after(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Let the database of `connection` go on after `numbers`, by table."""
    if connection.dialect.name == "postgresql":
        for name, sequence in _sequences(connection):
            if last := numbers.get(name, 0):
                connection.execute(_SET, {"sequence": sequence, "last": last})
        return
    connection.execute(delete(_GIVEN))
    for one in _numbered():
        if one.dialect_options["sqlite"]["autoincrement"]:
            connection.execute(insert(_GIVEN).values(name=one.name, seq=numbers.get(one.name, 0)))


def _numbered() -> Iterator[Table]:
    for one in metadata.sorted_tables:
        if one.autoincrement_column is not None:
            yield one


def _sequences(connection: Connection) -> Iterator[tuple[str, str]]:
    for one in _numbered():
        key = one.primary_key.columns[0].name
        found = connection.scalar(_SEQUENCE, {"table": one.name, "key": key})
        if found is not None:
            yield one.name, found
