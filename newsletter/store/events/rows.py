"""Events as rows: which are new, and writing many of them fast."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import Connection, func, select

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.masking import mask_addresses
from newsletter.domain.provider_event import ProviderEvent
from newsletter.store.database.bulk import bulk_insert_new
from newsletter.store.people.erased_keys import erased_since
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.tables import provider_event

__all__ = ["EventIdentity", "email_key", "identity", "store_new"]

_COLUMNS = (
    "provider",
    "event_id",
    "kind",
    "at",
    "delivery_id",
    "attempt_key",
    "email_key",
    "bounce",
    "status",
    "reason",
)
_LONGEST_REASON = 500

EventIdentity: TypeAlias = "tuple[str, str | None]"
"""What makes an event one of a kind within its provider: its id, and the mail of ours it is about."""


def store_new(
    connection: Connection, provider: str, events: Sequence[ProviderEvent]
) -> Sequence[ProviderEvent]:
    """Write those of `events` that are not there yet; return them, each once."""
    known: dict[EventIdentity, ProviderEvent] = {}
    for event in events:
        known.setdefault(identity(event), event)
    every = list(known.values())
    try:
        return _store(connection, provider, every)
    except UnicodeEncodeError:  # half a character, as JSON can hold; the driver takes none, before writing
        return store_new(connection, provider, [_mended(event) for event in every])


def identity(event: ProviderEvent) -> EventIdentity:
    """Return what makes `event` one of a kind."""
    return event.event_id, event.delivery_id


def email_key(event: ProviderEvent) -> str | None:
    """Return the key of the address an event names; None when it names none, or what is none."""
    if event.email is None:
        return None
    try:
        return address_key(event.email)
    except AddressError:
        return None


def _store(connection: Connection, provider: str, every: Sequence[ProviderEvent]) -> Sequence[ProviderEvent]:
    last = func.coalesce(func.max(provider_event.c.id), 0)
    before: int = connection.scalar(select(last)) or 0
    if _write(connection, provider, every) == len(every):  # nearly always
        return every
    written = select(provider_event.c.event_id, provider_event.c.delivery_id).where(
        provider_event.c.id > before
    )
    new = frozenset(tuple(row) for row in connection.execute(written))
    return [event for event in every if identity(event) in new]


def _write(connection: Connection, provider: str, events: Sequence[ProviderEvent]) -> int:
    moments: dict[datetime, str] = {}
    # Who it is about stands in the ledger: an address is only kept where nothing else says it.
    strangers = (email_key(event) for event in events if event.delivery_id is None)
    erased = erased_since(connection, [key for key in strangers if key is not None])
    rows: list[tuple[object, ...]] = []
    for event in events:
        event_id, kind, happened, _, delivery_id, attempt_key, _, bounce, reason, status = event
        at = moments.get(happened)
        if at is None:
            at = moments[happened] = utc_text(happened)
        rows.append(
            (
                provider,
                event_id,
                kind._value_,  # the driver takes plain text faster than a subclass of it
                at,
                delivery_id,
                attempt_key,
                _kept_key(event, erased) if delivery_id is None else None,
                bounce._value_ if bounce is not None else None,
                status,
                mask_addresses(reason[:_LONGEST_REASON]) or None,
            )
        )
    return bulk_insert_new(connection, provider_event, _COLUMNS, rows)


def _kept_key(event: ProviderEvent, erased: Collection[str]) -> str | None:
    key = email_key(event)
    return None if key in erased else key


def _mended(event: ProviderEvent) -> ProviderEvent:
    return event._replace(
        event_id=_whole(event.event_id),
        email=_whole(event.email) if event.email else None,
        delivery_id=_whole(event.delivery_id) if event.delivery_id else None,
        attempt_key=_whole(event.attempt_key) if event.attempt_key else None,
        status=_whole(event.status) if event.status else None,
        reason=_whole(event.reason),
    )


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
