"""What people answered to one issue, for its digest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, case, func, null, or_, select

from newsletter.domain.delivery import BatchState
from newsletter.domain.inbound import InboundKind
from newsletter.domain.inbox import InboundState
from newsletter.domain.quote import QuoteConsent
from newsletter.replies.digest.reply import AskedQuote, DigestReply
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import json_value, listed_ids
from newsletter.store.schema.inbound import inbound, reply_answer, reply_quote
from newsletter.store.schema.tables import batch, campaign, subscriber

__all__ = ["SqlReplyBrief", "from_people", "to_the_letter", "written_at"]


def from_people() -> ColumnElement[bool]:
    """Return the condition that a mail was read and is a person's, as far as anybody can tell."""
    return and_(
        or_(inbound.c.kind == InboundKind.HUMAN, inbound.c.kind.is_(None)),
        inbound.c.state.not_in([InboundState.WAITING, InboundState.PARKED]),
    )


def written_at() -> ColumnElement[Any]:
    """Return when a mail was written: as it says, unless that is after it came in."""
    said = inbound.c.sent_at
    return case((said <= inbound.c.received_at, said), else_=inbound.c.received_at)


def to_the_letter() -> ColumnElement[bool]:
    """Return the condition that a mail answers a letter, and not the question whether it may be quoted."""
    asked = select(reply_answer.c.id).where(
        reply_answer.c.message_id == inbound.c.in_reply_to,
        reply_answer.c.key.startswith("quote:", autoescape=True),
    )
    return ~asked.exists()


class SqlReplyBrief:
    """Replies to issues, on a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Look in `database`."""
        self._database = database

    def replies(self, issue: str, kind_field: str | None = None) -> Sequence[DigestReply]:
        """Return what people answered to `issue`, oldest first; `kind_field` is the field with their kind."""
        kind = json_value(subscriber.c.fields, kind_field) if kind_field else null()
        query = (
            select(
                inbound.c.id,
                written_at().label("at"),
                inbound.c.reply_text,
                inbound.c.quote_text,
                inbound.c.subscriber_id,
                inbound.c.lang,
                func.coalesce(func.nullif(inbound.c.from_name, ""), inbound.c.from_address).label("name"),
                kind.cast(Text).label("kind"),
            )
            .outerjoin(subscriber, subscriber.c.id == inbound.c.subscriber_id)
            .where(inbound.c.issue == issue, from_people(), to_the_letter())
            .order_by(written_at(), inbound.c.id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            quotes = _quotes(connection, [row.id for row in rows])
        return [
            DigestReply(
                number=row.id,
                at=row.at,
                text=row.reply_text or "",
                quote_text=row.quote_text or row.reply_text or "",
                reader=row.subscriber_id,
                kind=(row.kind or "").strip() or None,
                name=row.name or "",
                lang=row.lang,
                quotes=tuple(quotes.get(row.id, ())),
            )
            for row in rows
        ]

    def mailed(self, issue: str) -> int:
        """Return how many readers got `issue`."""
        query = (
            select(func.sum(batch.c.size))
            .join(campaign, campaign.c.id == batch.c.campaign_id)
            .where(campaign.c.issue == issue, batch.c.state == BatchState.ACCEPTED)
        )
        with self._database.reading() as connection:
            return connection.scalar(query) or 0

    def quoted(self) -> Mapping[str, int]:
        """Return the reply each quotation is from, by the quotation's name."""
        query = select(reply_quote.c.name, reply_quote.c.inbound_id)
        with self._database.reading() as connection:
            return {row.name: row.inbound_id for row in connection.execute(query)}

    def latest_answered(self) -> str | None:
        """Return the issue that was answered last; None when none was."""
        query = (
            select(inbound.c.issue)
            .where(inbound.c.issue.is_not(None), from_people(), to_the_letter())
            .order_by(inbound.c.received_at.desc(), inbound.c.id.desc())
            .limit(1)
        )
        with self._database.reading() as connection:
            return connection.scalar(query)


def _quotes(connection: Connection, numbers: Sequence[int]) -> Mapping[int, list[AskedQuote]]:
    wanted = listed_ids(numbers)
    query = (
        select(reply_quote)
        .join(wanted, reply_quote.c.inbound_id == wanted.c.value)
        .order_by(reply_quote.c.id)
    )
    found: dict[int, list[AskedQuote]] = {}
    for row in connection.execute(query):
        quote = AskedQuote(name=row.name, excerpt=row.excerpt, consent=QuoteConsent(row.consent))
        found.setdefault(row.inbound_id, []).append(quote)
    return found
