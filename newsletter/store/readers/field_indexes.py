"""Indexes on what segments compare: one for each declared field, and for language, source and domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text

from newsletter.store.database.database import Database
from newsletter.store.database.dialects import index_names
from newsletter.store.database.locks import RUNNER_LOCK
from newsletter.store.readers import postgres_values, sqlite_values
from newsletter.store.schema.tables import subscriber

__all__ = ["IndexChange", "SqlFieldIndexes"]

_PREFIX = "ix_subscriber_value_"
_OLDER = "ix_subscriber_folded_"  # held no type, so that every hit was looked up in the list
_ALWAYS = ("lang", "source", "domain")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexChange:
    """Fields to make an index for, indexes to drop, and how many readers the list has."""

    make: tuple[str, ...]
    drop: tuple[str, ...]
    readers: int

    def __bool__(self) -> bool:
        """Say whether there is anything to do."""
        return bool(self.make or self.drop)


class SqlFieldIndexes:
    """The indexes of the list in a database."""

    def __init__(self, database: Database) -> None:
        """Look after the indexes in `database`."""
        self._database = database

    def change(self, fields: Iterable[str]) -> IndexChange:
        """Return what is to be done so that `fields` have an index and others none."""
        with self._database.reading() as connection:
            there = [
                name for name in index_names(connection, subscriber) if name.startswith((_PREFIX, _OLDER))
            ]
            wanted = {f"{_PREFIX}{name}": name for name in (*_ALWAYS, *fields)}
            return IndexChange(
                make=tuple(field for index, field in wanted.items() if index not in there),
                drop=tuple(name for name in there if name not in wanted),
                readers=connection.scalar(select(func.count()).select_from(subscriber)) or 0,
            )

    def apply(self, change: IndexChange, tell: Callable[[str], None]) -> None:
        """Do what `change` says, one index at a time so that nobody waits long; `tell` hears which.

        Raises AnotherRunner while a campaign is being sent: its commits would wait. StoreError.
        """
        with self._database.hold(RUNNER_LOCK, "making indexes"):
            for number, name in enumerate(change.make, 1):
                tell(f"index {number} of {len(change.make)}: {name}")
                with self._database.writing() as connection:
                    _make(connection, name)
            if change.drop:
                with self._database.writing() as connection:
                    for name in change.drop:
                        connection.execute(text(f'DROP INDEX IF EXISTS "{name}"'))


def _make(connection: Connection, name: str) -> None:
    values = postgres_values if connection.dialect.name == "postgresql" else sqlite_values
    dialect = connection.dialect
    what = ", ".join(
        f"({one.compile(dialect=dialect, compile_kwargs={'literal_binds': True})})"
        for one in values.index_expressions(name)
    )
    connection.exec_driver_sql(f'CREATE INDEX IF NOT EXISTS "{_PREFIX}{name}" ON subscriber ({what})')
