"""Events that are known already and mean something else by the rules of today."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from newsletter.domain.masking import mask_addresses
from newsletter.domain.provider_event import ProviderEvent
from newsletter.events.effects import effect_of
from newsletter.store.database.dialects import listed
from newsletter.store.schema.tables import provider_event, reader_event

__all__ = ["store_changed"]


def store_changed(
    connection: Connection, provider: str, events: Sequence[ProviderEvent]
) -> list[ProviderEvent]:
    """Write down what those of `events` mean now that are stored with another meaning; return them.

    What segments know of them is taken out, for whoever applies them writes it again.
    """
    by_id = {event.event_id: event for event in events}
    wanted = listed(by_id)
    query = (
        select(provider_event.c.event_id, provider_event.c.kind, provider_event.c.bounce)
        .join(wanted, provider_event.c.event_id == wanted.c.value)
        .where(provider_event.c.provider == provider)
    )
    changed = [
        by_id[row.event_id]
        for row in connection.execute(query).all()
        if (row.kind, row.bounce) != (by_id[row.event_id].kind, by_id[row.event_id].bounce)
    ]
    for event in changed:
        connection.execute(
            update(provider_event)
            .where(provider_event.c.provider == provider, provider_event.c.event_id == event.event_id)
            .values(
                kind=event.kind,
                bounce=event.bounce,
                status=event.status,
                reason=mask_addresses(event.reason[:500]) or None,
            )
        )
        history = effect_of(event).history
        if event.delivery_id is not None and history is not None:
            connection.execute(
                delete(reader_event).where(
                    reader_event.c.delivery_id == event.delivery_id, reader_event.c.kind == history
                )
            )
    return changed
