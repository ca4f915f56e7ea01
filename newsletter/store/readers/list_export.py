"""What an export of the list asks of the database beside the readers."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select, true

from newsletter.domain.subscriber import Suppression, SuppressionReason
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import json_members
from newsletter.store.people.erased_keys import has_address
from newsletter.store.schema.tables import subscriber, suppression

__all__ = ["field_names", "read_all_suppressions"]

_ROWS_AT_ONCE = 1_000


def field_names(database: Database) -> list[str]:
    """Return the name of every field that some reader has, in order."""
    with database.reading() as connection:
        members = json_members(subscriber.c.fields)
        names = select(members.c.key).select_from(subscriber).join(members, true()).distinct()
        return sorted(connection.scalars(names))


def read_all_suppressions(database: Database) -> Iterator[Suppression]:
    """Yield every address that must never be mailed, by key; who was forgotten has none any more."""
    last = ""
    while True:
        query = (
            select(suppression)
            .where(suppression.c.email_key > last, has_address())
            .order_by(suppression.c.email_key)
            .limit(_ROWS_AT_ONCE)
        )
        with database.reading() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return
        for row in rows:
            yield Suppression(key=row.email_key, reason=SuppressionReason(row.reason), since=row.since)
        last = rows[-1].email_key
