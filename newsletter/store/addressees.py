"""Whom a letter went to, found by the delivery that its links name; and their leaving, for good."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, exists, or_, select

from newsletter.domain.addressee import Addressee
from newsletter.domain.subscriber import SubscriberStatus, Suppression, SuppressionReason
from newsletter.store.database import Database
from newsletter.store.event_effects import suppress_many
from newsletter.store.schema import delivery, subscriber, suppression

__all__ = ["SqlAddressees"]


class SqlAddressees:
    """Readers by delivery, on a database."""

    def __init__(self, database: Database) -> None:
        """Look in `database`."""
        self._database = database

    def find(self, delivery_id: str) -> Addressee | None:
        """Return whom that delivery was for; None when no such letter was planned."""
        with self._database.reading() as connection:
            return _find(connection, delivery_id)

    def leave(self, delivery_id: str, now: datetime) -> Addressee | None:
        """Let that reader leave for good, and return them as they were; None for an unknown delivery.

        Both the address the letter went to and the one the reader has now are never mailed again. It is
        committed when this returns, so that no later intent of a running campaign includes them. Who has
        left already changes nothing.
        """
        found = self.find(delivery_id)
        if found is None or found.has_left:
            return found
        with self._database.writing() as connection:
            found = _find(connection, delivery_id)
            if found is not None:
                _leave(connection, found, now)
            return found


def _leave(connection: Connection, who: Addressee, now: datetime) -> None:
    mine = or_(subscriber.c.id == who.subscriber_id, subscriber.c.email_key == who.key)
    keys = set(connection.scalars(select(subscriber.c.email_key).where(mine)))
    wanted = [
        Suppression(key=key, reason=SuppressionReason.UNSUBSCRIBED, since=now) for key in {who.key, *keys}
    ]
    suppress_many(connection, wanted)


def _find(connection: Connection, delivery_id: str) -> Addressee | None:
    mine = or_(
        subscriber.c.id == delivery.c.subscriber_id,
        subscriber.c.email_key == delivery.c.email_key,
    )
    is_suppressed = exists().where(suppression.c.email_key == delivery.c.email_key)
    row = connection.execute(
        select(
            delivery.c.id,
            delivery.c.issue,
            delivery.c.email_key,
            delivery.c.email,
            subscriber.c.id.label("subscriber_id"),
            subscriber.c.status,
            subscriber.c.lang,
            is_suppressed.label("is_suppressed"),
        )
        .outerjoin(subscriber, mine)
        .where(delivery.c.id == delivery_id)
        .order_by((subscriber.c.id == delivery.c.subscriber_id).desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return Addressee(
        delivery_id=row.id,
        issue=row.issue,
        subscriber_id=row.subscriber_id,
        key=row.email_key,
        email=row.email,
        status=SubscriberStatus(row.status) if row.status else None,
        lang=row.lang,
        is_suppressed=bool(row.is_suppressed),
    )
