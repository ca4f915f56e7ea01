"""Taking an address out of every text in the database, wherever somebody may have written it."""

from __future__ import annotations

import json

from sqlalchemy import Column, Connection, Table, Text, and_, cast, func, or_, select, update

from newsletter.audience.traces import Traces
from newsletter.store.columns import JsonText, UtcTime
from newsletter.store.consent_schema import consent_event, consent_roll, consent_wording
from newsletter.store.dialects import contains
from newsletter.store.tables import metadata

__all__ = ["scrub"]

_SEALED = (consent_event, consent_roll, consent_wording)
"""Tables that refuse to be changed; they hold hashes and our own words alone."""


def scrub(connection: Connection, traces: Traces) -> int:
    """Put a word in place of every address in `traces`, in every text of every table; return in how many."""
    return sum(_scrub(connection, table, traces) for table in metadata.sorted_tables if table not in _SEALED)


def _scrub(connection: Connection, table: Table, traces: Traces) -> int:
    keys = list(table.primary_key.columns)
    found = 0
    for column in table.columns:
        if not _is_text(column) or column in keys:
            continue
        text = cast(column, Text)
        low = func.lower(text)
        holds = or_(*(and_(contains(low, one), contains(low, other)) for one, other in traces.probes))
        for row in connection.execute(select(text, *keys).where(holds)).all():
            cleaned = traces.clean(row[0])
            if cleaned != row[0]:
                found += 1
                mine = [key == value for key, value in zip(keys, row[1:], strict=True)]
                value = json.loads(cleaned) if isinstance(column.type, JsonText) else cleaned
                connection.execute(update(table).where(*mine).values({column.name: value}))
    return found


def _is_text(column: Column[object]) -> bool:
    return isinstance(column.type, Text | JsonText) and not isinstance(column.type, UtcTime)
