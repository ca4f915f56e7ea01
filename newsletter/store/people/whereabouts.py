"""Where somebody stands in the tables that are large and have no index on addresses.

To look through them takes its time, so it is done before the transaction that writes; that then looks at what
was found, and at what came in after.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from newsletter.audience.traces import Traces
from newsletter.store.database.dialects import listed_ids
from newsletter.store.events.bodies import needle
from newsletter.store.schema.tables import (
    campaign,
    delivery,
    event_body,
    import_change,
    import_journal,
    provider_event,
)

__all__ = ["Whereabouts", "changes_of", "deliveries_to"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """The events and the reports in which a person may stand, with the last of each that was looked at."""

    keys: tuple[str, ...]
    events: tuple[int, ...]
    last_event: int
    bodies: tuple[int, ...]
    last_body: int

    @classmethod
    def find(cls, connection: Connection, keys: Sequence[str], traces: Traces) -> Whereabouts:
        """Look for the person with these address `keys`."""
        last_event, last_body = _last(connection, provider_event), _last(connection, event_body)
        events = select(provider_event.c.id).where(provider_event.c.email_key.in_(keys))
        return cls(
            keys=tuple(keys),
            events=tuple(connection.scalars(events)),
            last_event=last_event,
            bodies=tuple(_bodies(connection, [*keys, *traces.addresses])),
            last_body=last_body,
        )

    def are_events(self) -> ColumnElement[bool]:
        """Return the condition that an event is about the person by their address."""
        found = provider_event.c.id.in_(select(listed_ids(self.events).c.value))
        return and_(
            or_(found, provider_event.c.id > self.last_event), provider_event.c.email_key.in_(self.keys)
        )

    def reports(self, connection: Connection) -> list[int]:
        """Return the ids of the reports to look into, those that came in since among them."""
        since = connection.scalars(select(event_body.c.id).where(event_body.c.id > self.last_body))
        return [*self.bodies, *since]


def deliveries_to(keys: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a delivery went to one of the address `keys`, by the index on issues."""
    return and_(delivery.c.issue.in_(select(campaign.c.issue)), delivery.c.email_key.in_(keys))


def changes_of(ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that an import changed one of the readers `ids`."""
    return and_(
        import_change.c.import_id.in_(select(import_journal.c.id)), import_change.c.subscriber_id.in_(ids)
    )


def _last(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.max(table.c.id))) or 0


def _bodies(connection: Connection, addresses: Sequence[str]) -> list[int]:
    """Return the reports that hold a part of one of `addresses`, which nearly none does."""
    needles = {needle(one) for one in addresses}
    query = select(event_body.c.id, event_body.c.body).execution_options(yield_per=20)
    return [
        row.id
        for row in connection.execute(query)
        for text in (zlib.decompress(row.body).decode("utf-8", "surrogateescape").casefold(),)
        if any(one in text for one in needles)
    ]
