"""Whom a letter went to, found by the delivery that its links name."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, bindparam, exists, or_, select

from newsletter.domain.addressee import Addressee
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.database.database import Database
from newsletter.store.schema.tables import delivery, subscriber, suppression

__all__ = ["Reader", "SqlAddressees"]


class Reader(NamedTuple):
    """Where a reader stands; the status is None of somebody who is not on the list."""

    email: str
    status: SubscriberStatus | None
    lang: str | None


class SqlAddressees:
    """Readers by delivery, on a database."""

    def __init__(self, database: Database) -> None:
        """Look in `database`."""
        self._database = database

    def find(self, delivery_id: str) -> Addressee | None:
        """Return whom that delivery was for; None when no such letter was planned."""
        with self._database.reading() as connection:
            return _find(connection, delivery_id)

    def reader(self, subscriber_id: int) -> Reader | None:
        """Return where the reader with that id stands, and their language; None when there is none."""
        query = select(subscriber.c.email, subscriber.c.status, subscriber.c.lang)
        with self._database.reading() as connection:
            row = connection.execute(query.where(subscriber.c.id == subscriber_id)).one_or_none()
        return Reader(row.email, SubscriberStatus(row.status), row.lang) if row else None


# Made once: to make it again for every visit takes longer than to run it.
_FIND = (
    select(
        delivery.c.id,
        delivery.c.issue,
        delivery.c.email_key,
        delivery.c.email,
        subscriber.c.id.label("subscriber_id"),
        subscriber.c.email_key.label("current_key"),
        subscriber.c.status,
        subscriber.c.lang,
        exists().where(suppression.c.email_key == delivery.c.email_key).label("is_suppressed"),
    )
    .outerjoin(
        subscriber,
        or_(subscriber.c.id == delivery.c.subscriber_id, subscriber.c.email_key == delivery.c.email_key),
    )
    .where(delivery.c.id == bindparam("delivery"))
    .order_by((subscriber.c.id == delivery.c.subscriber_id).desc())
    .limit(1)
)


def _find(connection: Connection, delivery_id: str) -> Addressee | None:
    row = connection.execute(_FIND, {"delivery": delivery_id}).one_or_none()
    if row is None:
        return None
    return Addressee(
        delivery_id=row.id,
        issue=row.issue,
        key=row.email_key,
        email=row.email,
        subscriber_id=row.subscriber_id,
        current_key=row.current_key,
        status=SubscriberStatus(row.status) if row.status else None,
        lang=row.lang,
        is_suppressed=bool(row.is_suppressed),
    )
