"""Events that are known already and mean something else by the rules of today."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from newsletter.domain.masking import mask_addresses
from newsletter.domain.provider_event import ProviderEvent
from newsletter.events.effects import effect_of
from newsletter.store.database.dialects import listed
from newsletter.store.events.rows import identity
from newsletter.store.schema.tables import provider_event, reader_event

__all__ = ["store_changed"]


def store_changed(
    connection: Connection, provider: str, events: Sequence[ProviderEvent]
) -> list[ProviderEvent]:
    """Write down what those of `events` mean now that are stored with another meaning; return them.

    What segments know of them is taken out, for whoever applies them writes it again.
    """
    meant = {identity(event): event for event in events}
    changed = [
        event
        for event_id, delivery_id, kind, bounce in _stored(connection, provider, events)
        if (event := meant.get((event_id, delivery_id))) is not None
        and (kind, bounce) != (event.kind, event.bounce)
    ]
    for event in changed:
        connection.execute(
            update(provider_event)
            .where(
                provider_event.c.delivery_id.is_not_distinct_from(event.delivery_id),
                provider_event.c.event_id == event.event_id,
                provider_event.c.provider == provider,
            )
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


def _stored(
    connection: Connection, provider: str, events: Sequence[ProviderEvent]
) -> list[tuple[str, str | None, str, str | None]]:
    """Return id, delivery, kind and bounce of what is stored that may be one of `events`."""
    query = select(
        provider_event.c.event_id,
        provider_event.c.delivery_id,
        provider_event.c.kind,
        provider_event.c.bounce,
    ).where(provider_event.c.provider == provider)
    mails = listed(dict.fromkeys(event.delivery_id for event in events if event.delivery_id))
    others = listed(dict.fromkeys(event.event_id for event in events if not event.delivery_id))
    about_mails = query.join(mails, provider_event.c.delivery_id == mails.c.value)
    about_none = query.join(others, provider_event.c.event_id == others.c.value).where(
        provider_event.c.delivery_id.is_(None)
    )
    return [
        (event_id, delivery_id, kind, bounce)
        for some in (about_mails, about_none)
        for event_id, delivery_id, kind, bounce in connection.execute(some)
    ]
