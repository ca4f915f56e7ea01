"""Everything the database holds about one person, as rows to hand over."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from newsletter.store.database.database import Database
from newsletter.store.inbound.removal import is_mail_of
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.inbound import inbound, reply_answer, reply_quote, spool
from newsletter.store.schema.tables import (
    batch,
    campaign,
    chosen,
    delivery,
    import_change,
    import_journal,
    pause,
    provider_event,
    reader_event,
    service_mail,
    subscriber,
)

__all__ = ["Rows", "SqlDossier"]

Rows = list[tuple[str, ...]]
"""A table: the heading, then its rows, every cell as text."""


class SqlDossier:
    """What is known of people, on a database."""

    def __init__(self, database: Database) -> None:
        """Look in `database`."""
        self._database = database

    def deliveries(self, keys: Sequence[str]) -> Rows:
        """Return the letters planned for the person with these address keys."""
        return self._table(
            select(
                delivery.c.issue,
                campaign.c.created_at.label("planned_at"),
                delivery.c.email,
                delivery.c.override.label("exception"),
                batch.c.state,
                delivery.c["values"].label("filled_with"),
                delivery.c.detail,
                delivery.c.id.label("delivery"),
            )
            .join(batch, batch.c.id == delivery.c.batch_id)
            .join(campaign, campaign.c.id == batch.c.campaign_id)
            .where(delivery.c.email_key.in_(keys))
            .order_by(campaign.c.seq, delivery.c.issue)
        )

    def events(self, keys: Sequence[str]) -> Rows:
        """Return what providers told of mail to the person."""
        theirs = select(delivery.c.id).where(delivery.c.email_key.in_(keys))
        return self._table(
            select(
                provider_event.c.at,
                provider_event.c.kind,
                provider_event.c.provider,
                provider_event.c.delivery_id.label("delivery"),
                provider_event.c.bounce,
                provider_event.c.status,
                provider_event.c.reason,
            )
            .where(or_(provider_event.c.email_key.in_(keys), provider_event.c.delivery_id.in_(theirs)))
            .order_by(provider_event.c.at, provider_event.c.id)
        )

    def history(self, keys: Sequence[str]) -> Rows:
        """Return what segments know of the person: replied, bounced, clicked."""
        mine = select(subscriber.c.id).where(subscriber.c.email_key.in_(keys))
        return self._table(
            select(reader_event.c.at, reader_event.c.kind, reader_event.c.issue)
            .where(reader_event.c.subscriber_id.in_(mine))
            .order_by(reader_event.c.at, reader_event.c.id)
        )

    def imports(self, keys: Sequence[str]) -> Rows:
        """Return the lists the person came in or was changed with, and how they were before."""
        mine = select(subscriber.c.id).where(subscriber.c.email_key.in_(keys))
        return self._table(
            select(import_journal.c.at, import_journal.c.source, import_change.c.before)
            .join(import_journal, import_journal.c.id == import_change.c.import_id)
            .where(import_change.c.subscriber_id.in_(mine))
            .order_by(import_journal.c.id)
        )

    def mails(self, email_hmac: Sequence[str]) -> Rows:
        """Return the mails that asked the person to confirm."""
        return self._table(
            select(
                service_mail.c.created_at,
                service_mail.c.kind,
                service_mail.c.state,
                service_mail.c.email,
                service_mail.c.wish,
                service_mail.c.detail,
            )
            .where(service_mail.c.email_hmac.in_(email_hmac))
            .order_by(service_mail.c.id)
        )

    def replies(self, ids: Sequence[int], keys: Sequence[str]) -> Rows:
        """Return the mails the person wrote, and those of machines about them."""
        return self._table(
            select(
                inbound.c.received_at,
                inbound.c.kind,
                inbound.c.state,
                inbound.c.issue,
                inbound.c.from_address,
                inbound.c.subject,
                inbound.c.reply_text,
                spool.c.path.label("original"),
            )
            .join(spool, spool.c.sha256 == inbound.c.sha256)
            .where(is_mail_of(ids, keys))
            .order_by(inbound.c.id)
        )

    def answers(self, ids: Sequence[int], keys: Sequence[str]) -> Rows:
        """Return what the author answered to the person, and the questions about their words."""
        return self._table(
            select(
                reply_answer.c.created_at,
                reply_answer.c.state,
                reply_answer.c.ended_at,
                reply_answer.c.to_address.label("to"),
                reply_answer.c.subject,
                reply_answer.c.body,
                spool.c.path.label("answers"),
            )
            .join(inbound, inbound.c.id == reply_answer.c.inbound_id)
            .join(spool, spool.c.sha256 == inbound.c.sha256)
            .where(is_mail_of(ids, keys))
            .order_by(reply_answer.c.id)
        )

    def quotes(self, ids: Sequence[int], keys: Sequence[str]) -> Rows:
        """Return which words of the person were taken to be quoted, and what they said to that."""
        return self._table(
            select(
                reply_quote.c.created_at,
                reply_quote.c.consent,
                reply_quote.c.excerpt,
                reply_quote.c.shown_name,
                reply_quote.c.wants_anonymous,
                reply_quote.c.asked_at,
                reply_quote.c.answered_at,
                reply_quote.c.answered_by,
                reply_quote.c.used_in,
                spool.c.path.label("from"),
            )
            .join(inbound, inbound.c.id == reply_quote.c.inbound_id)
            .join(spool, spool.c.sha256 == inbound.c.sha256)
            .where(is_mail_of(ids, keys))
            .order_by(reply_quote.c.id)
        )

    def originals(self, ids: Sequence[int], keys: Sequence[str]) -> Sequence[str]:
        """Return the paths of the raw mails among `replies` that are still kept."""
        query = (
            select(spool.c.path)
            .join(inbound, inbound.c.sha256 == spool.c.sha256)
            .where(is_mail_of(ids, keys), spool.c.removed_at.is_(None))
            .order_by(inbound.c.id)
        )
        with self._database.reading() as connection:
            return connection.scalars(query).all()

    def paused_until(self, subscriber_id: int) -> datetime | None:
        """Return until when a subscriber pauses."""
        with self._database.reading() as connection:
            query = select(pause.c.until).where(pause.c.subscriber_id == subscriber_id)
            return connection.scalar(query)

    def chosen_at(self, subscriber_id: int) -> datetime | None:
        """Return when a subscriber last chose what they get."""
        with self._database.reading() as connection:
            return connection.scalar(select(chosen.c.at).where(chosen.c.subscriber_id == subscriber_id))

    def _table(self, query: Select[Any]) -> Rows:
        with self._database.reading() as connection:
            return list(_rows(connection, query))


def _rows(connection: Connection, query: Select[Any]) -> Iterator[tuple[str, ...]]:
    found = connection.execute(query)
    yield tuple(found.keys())
    for row in found:
        yield tuple(map(_text, row))


def _text(value: object) -> str:
    if value is None:
        return ""
    return utc_text(value) if isinstance(value, datetime) else str(value)
