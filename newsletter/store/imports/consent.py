"""Imports in the consent log: one event for each, with a sealed roll of everybody it put on the list."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from itertools import chain

from sqlalchemy import Connection, func, select

from newsletter.audience.consent_roll import make_pages, roll_digest, statement_digest
from newsletter.domain.consent import ConsentKind, NewConsent, PersonalPart
from newsletter.domain.subscriber import Subscriber, SubscriberStatus
from newsletter.store.database.bulk import bulk_rows
from newsletter.store.database.dialects import time_text
from newsletter.store.people.consent import append
from newsletter.store.people.person_keys import person_key_of
from newsletter.store.people.withdrawals import EVERY_PURPOSE
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.tables import consent_event, consent_personal, import_change, subscriber

__all__ = ["note_import", "note_import_undone", "statement_of"]

_MAILED = (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED)
_IMPORT = "import"
_ROWS_AT_ONCE = 10_000


def note_import(connection: Connection, import_id: int, source: str, now: datetime) -> None:
    """Write down that an import put readers on the list, if it did; in the transaction of the import."""
    added = (
        select(
            subscriber.c.email_key,
            func.coalesce(subscriber.c.source, ""),
            func.coalesce(time_text(subscriber.c.confirmed), ""),
        )
        .join(import_change, import_change.c.subscriber_id == subscriber.c.id)
        .where(
            import_change.c.import_id == import_id,
            import_change.c.before.is_(None),
            subscriber.c.status.in_(_MAILED),
        )
    )
    rows: Iterable[tuple[str, str, str]] = chain.from_iterable(bulk_rows(connection, added, _ROWS_AT_ONCE))
    pages = make_pages(person_key_of(connection), rows)
    if pages:
        new = _event(ConsentKind.IMPORTED, import_id, source, now, roll_digest(pages))
        append(connection, new, pages)


def note_import_undone(connection: Connection, import_id: int, source: str, now: datetime) -> None:
    """Write down that an import was taken back, if it put anybody on the list."""
    imports = (
        select(consent_event.c.roll, consent_personal.c.details)
        .join(consent_personal, consent_personal.c.event_id == consent_event.c.id)
        .where(consent_event.c.kind == ConsentKind.IMPORTED)
    )
    for roll, details in connection.execute(imports).all():
        if details.get(_IMPORT) == str(import_id):
            append(connection, _event(ConsentKind.IMPORT_UNDONE, import_id, source, now, roll))


def statement_of(who: Subscriber) -> bytes:
    """Return the digest of what the list now says of `who`, as a roll has it of what a file said."""
    return statement_digest(who.source or "", utc_text(who.confirmed) if who.confirmed else "")


def _event(kind: ConsentKind, import_id: int, source: str, now: datetime, roll: str) -> NewConsent:
    personal = PersonalPart(salt=secrets.token_hex(16), source=source, details={_IMPORT: str(import_id)})
    return NewConsent(kind=kind, at=now, purpose=EVERY_PURPOSE, personal=personal, roll=roll)
