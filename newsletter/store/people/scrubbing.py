"""Taking an address out of every text in the database, wherever somebody may have written it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Table, Text, and_, cast, func, or_, select, update

from newsletter.audience.traces import Traces
from newsletter.store.database.dialects import contains
from newsletter.store.schema.collection import metadata
from newsletter.store.schema.columns import JsonItems, JsonText, UtcTime
from newsletter.store.schema.consent import consent_event, consent_roll, consent_wording

__all__ = ["Note", "find_notes", "scrub"]

_SEALED = (consent_event, consent_roll, consent_wording)
"""Tables that refuse to be changed; they hold hashes and our own words alone."""


@dataclass(frozen=True, slots=True)
class Note:
    """One cell of a table in which an address may stand."""

    table: Table
    column: Column[Any]
    key: tuple[object, ...]


def find_notes(connection: Connection, traces: Traces) -> list[Note]:
    """Return the cells that may hold an address of `traces`.

    It looks at everything, which takes its time on a large list: so it is asked before the transaction that
    writes, which nobody should wait for.
    """
    tables = (table for table in metadata.sorted_tables if table not in _SEALED)
    return [note for table in tables for note in _notes(connection, table, traces)]


def scrub(connection: Connection, notes: Iterable[Note], traces: Traces) -> int:
    """Put a word in place of every address in those of `notes` that are still there; return in how many."""
    found = 0
    for note in notes:
        mine = [key == value for key, value in zip(note.table.primary_key.columns, note.key, strict=True)]
        text = connection.scalar(select(cast(note.column, Text)).where(*mine))
        cleaned = traces.clean(text) if text is not None else None
        if cleaned is not None and cleaned != text:
            found += 1
            value = json.loads(cleaned) if isinstance(note.column.type, JsonText | JsonItems) else cleaned
            connection.execute(update(note.table).where(*mine).values({note.column.name: value}))
    return found


def _notes(connection: Connection, table: Table, traces: Traces) -> Iterator[Note]:
    keys = list(table.primary_key.columns)
    for column in table.columns:
        if not _is_text(column) or column in keys:
            continue
        low = func.lower(cast(column, Text))
        holds = or_(*(and_(contains(low, one), contains(low, other)) for one, other in traces.probes))
        for row in connection.execute(select(*keys).where(holds)):
            yield Note(table, column, tuple(row))


def _is_text(column: Column[Any]) -> bool:
    return isinstance(column.type, Text | JsonText | JsonItems) and not isinstance(column.type, UtcTime)
