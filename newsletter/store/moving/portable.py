"""Rows as every database has them: the same values, the same order, the same digest."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    Select,
    Table,
    Text,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import TypeEngine

from newsletter.store.database.closed import CLOSED
from newsletter.store.database.dialects import time_text
from newsletter.store.schema.columns import JsonItems, JsonText, UtcTime, json_text, utc_text
from newsletter.store.schema.tables import meta

__all__ = ["TableDigest", "count_rows", "portable_rows"]

_MARKS = "commit of %"  # of transactions under way, see PostgresDatabase: they belong to one database
_AT_ONCE = 5_000
_WIDTH = len("2026-11-27T09:30:00.000000Z")

Row = tuple[object, ...]


@dataclass(slots=True)
class TableDigest:
    """How many rows a table has, and a digest over their values in the order of its key.

    Documents are compared by what they say: PostgreSQL orders their members as it likes, and writes numbers
    in its own way.
    """

    rows: int = 0
    _hash: Any = field(default_factory=lambda: blake2b(digest_size=16))
    _documents: tuple[int, ...] = ()

    @classmethod
    def of(cls, table: Table) -> TableDigest:
        """Return the digest of `table` before any row of it."""
        return cls(_documents=tuple(_places(table, (JsonText, JsonItems))))

    def add(self, rows: Sequence[Row]) -> None:
        """Take in `rows`, which `portable_rows` gave."""
        for row in rows:
            told: Sequence[object] = row
            if self._documents:
                told = [*row]
                for place in self._documents:
                    told[place] = _said(told[place])
            self._hash.update(repr(tuple(told)).encode())
        self.rows += len(rows)

    @property
    def hex(self) -> str:
        """Return the digest."""
        return str(self._hash.hexdigest())


def count_rows(connection: Connection, table: Table) -> int:
    """Return how many rows of `table` belong to the store, whatever database it is in."""
    return connection.scalar(_own(select(func.count()).select_from(table), table)) or 0


def portable_rows(connection: Connection, table: Table) -> Generator[list[Row], None, None]:
    """Yield all rows of `table` in the order of its key, some at once, their values as SQLite has them."""
    query = _own(select(*map(_portable, table.columns)), table).order_by(*table.primary_key.columns)
    mended = [
        *((place, _one_width) for place in _places(table, (UtcTime,))),
        *((place, _compact) for place in _places(table, (JsonText, JsonItems)) if _writes_anew(connection)),
    ]
    options = {"stream_results": True, "yield_per": _AT_ONCE}
    with connection.execute(query, execution_options=options) as found:
        for some in found.partitions():
            rows = [tuple(row) for row in some]
            yield [_mended(row, mended) for row in rows] if mended else rows


def _own(query: Select[Any], table: Table) -> Select[Any]:
    if table is not meta:
        return query
    return query.where(meta.c.name.not_like(_MARKS), meta.c.name != CLOSED)


def _portable(column: ColumnElement[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, UtcTime):
        return time_text(column)
    if isinstance(column.type, (JsonText, JsonItems)):
        return cast(column, Text)
    return type_coerce(column, _kind(getattr(column.type, "impl", column.type)))


def _kind(stored: object) -> TypeEngine[Any]:
    if isinstance(stored, Integer):
        return Integer()
    return LargeBinary() if isinstance(stored, LargeBinary) else Text()


def _places(table: Table, kinds: tuple[type[Any], ...]) -> list[int]:
    return [place for place, column in enumerate(table.columns) if isinstance(column.type, kinds)]


def _writes_anew(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _mended(row: Row, mended: Sequence[tuple[int, Callable[[str], str]]]) -> Row:
    values = [*row]
    for place, mend in mended:
        value = values[place]
        if isinstance(value, str):
            values[place] = mend(value)
    return tuple(values)


def _one_width(moment: str) -> str:
    """Return a moment as `utc_text` writes it; the clock of SQLite writes it shorter."""
    if len(moment) == _WIDTH:
        return moment
    found = datetime.fromisoformat(moment)
    return utc_text(found if found.tzinfo else found.replace(tzinfo=UTC))


def _compact(document: str) -> str:
    return json_text(json.loads(document))


def _said(document: object) -> object:
    if not isinstance(document, str):
        return document
    told = json.loads(document, parse_float=_number, parse_int=_number)
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


def _number(text: str) -> int | float:
    """Return a number such that 2.0 and 2 are one, and 1e16 and 10000000000000000."""
    number = float(text)
    return int(number) if number.is_integer() else number
