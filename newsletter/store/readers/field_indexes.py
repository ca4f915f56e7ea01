"""Indexes on what segments compare: for each declared field, and for language, source and domain.

On SQLite it holds values of any type, on PostgreSQL those of the type that the field is declared with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select, text

from newsletter.domain.subscriber import FieldType
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import index_names, look_at_rows
from newsletter.store.database.locks import RUNNER_LOCK
from newsletter.store.readers import postgres_values, sqlite_values
from newsletter.store.schema.tables import subscriber

__all__ = ["IndexChange", "SqlFieldIndexes"]

_PREFIX = "ix_subscriber_"
_KINDS = {
    FieldType.TEXT: "value",
    FieldType.NUMBER: "number",
    FieldType.DATE: "day",
    FieldType.BOOLEAN: "truth",
}
_OURS = tuple(f"{_PREFIX}{kind}_" for kind in _KINDS.values())
_OLDER = "ix_subscriber_folded_"  # held no type, so that every hit was looked up in the list
_ALWAYS = dict.fromkeys(("lang", "source", "domain"), FieldType.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexChange:
    """Fields to make an index for, indexes to drop, and how many readers the list has.

    `types` are those of all fields.
    """

    make: tuple[str, ...]
    drop: tuple[str, ...]
    readers: int
    types: Mapping[str, FieldType] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Say whether there is anything to do."""
        return bool(self.make or self.drop)


class SqlFieldIndexes:
    """The indexes of the list in a database."""

    def __init__(self, database: Database) -> None:
        """Look after the indexes in `database`."""
        self._database = database

    def change(self, fields: Mapping[str, FieldType]) -> IndexChange:
        """Return what is to be done so that `fields`, with their types, have an index and others none."""
        with self._database.reading() as connection:
            there = [
                name for name in index_names(connection, subscriber) if name.startswith((*_OURS, _OLDER))
            ]
            types = {**_ALWAYS, **fields}
            wanted = {_index_name(connection, name, kind): name for name, kind in types.items()}
            return IndexChange(
                make=tuple(name for index, name in wanted.items() if index not in there),
                drop=tuple(name for name in there if name not in wanted),
                readers=connection.scalar(select(func.count()).select_from(subscriber)) or 0,
                types=types,
            )

    def apply(self, change: IndexChange, tell: Callable[[str], None]) -> None:
        """Do what `change` says, one index at a time so that nobody waits long; `tell` hears which.

        Raises AnotherRunner while a campaign is being sent: its commits would wait. StoreError.
        """
        with self._database.hold(RUNNER_LOCK, "making indexes"):
            for number, name in enumerate(change.make, 1):
                tell(f"index {number} of {len(change.make)}: {name}")
                with self._database.writing() as connection:
                    _make(connection, name, change.types[name])
            if change.make:
                with self._database.writing() as connection:
                    look_at_rows(connection, subscriber)  # how many are on either side of a value
            if change.drop:
                with self._database.writing() as connection:
                    for name in change.drop:
                        connection.execute(text(f'DROP INDEX IF EXISTS "{name}"'))


def _make(connection: Connection, name: str, kind: FieldType) -> None:
    def text_of(value: ColumnElement[Any]) -> str:
        return f"({value.compile(dialect=connection.dialect, compile_kwargs={'literal_binds': True})})"

    if connection.dialect.name == "postgresql":
        value = text_of(postgres_values.index_expression(name, kind))
        what = f"({value}) WHERE {value} IS NOT NULL"
    else:
        what = f"({', '.join(map(text_of, sqlite_values.index_expressions(name)))})"
    index = _index_name(connection, name, kind)
    connection.exec_driver_sql(f'CREATE INDEX IF NOT EXISTS "{index}" ON subscriber {what}')


def _index_name(connection: Connection, name: str, kind: FieldType) -> str:
    holds = _KINDS[kind] if connection.dialect.name == "postgresql" else "value"
    return f"{_PREFIX}{holds}_{name}"
