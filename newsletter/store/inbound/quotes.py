"""Words of replies that may be quoted, and where the consent of their writers stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, or_, select, update

from newsletter.domain.quote import QuoteConsent, QuotedReply, QuoteEvent, quote_transition
from newsletter.store.database.database import Database
from newsletter.store.schema.inbound import inbound, reply_answer, reply_quote
from newsletter.store.schema.tables import subscriber

__all__ = ["SqlReplyQuotes"]

_ANSWERS = frozenset(set(QuoteEvent) - {QuoteEvent.ASK})


class SqlReplyQuotes:
    """Quotes, on a database; the only writer of their consent. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def of(self, inbound_id: int) -> QuotedReply | None:
        """Return the quote of a mail, None when it has none."""
        return self._one(reply_quote.c.inbound_id == inbound_id)

    def asked_in(self, message_ids: Collection[str]) -> QuotedReply | None:
        """Return the quote that the mail with one of `message_ids` asked about.

        A provider may have put its own id in the place of ours; it counts when it is all before the @.
        """
        ids = [one.partition("@")[0] for one in message_ids]
        asking = select(reply_answer.c.message_id).where(
            or_(reply_answer.c.message_id.in_(list(message_ids)), reply_answer.c.provider_id.in_(ids))
        )
        return self._one(reply_quote.c.asked_message_id.in_(asking))

    def all(self) -> Sequence[QuotedReply]:
        """Return every quote, the latest first."""
        with self._database.reading() as connection:
            rows = connection.execute(select(reply_quote).order_by(reply_quote.c.id.desc()))
            return [_quoted(row) for row in rows]

    def write(
        self, inbound_id: int, excerpt: str, shown_name: str, now: datetime, *, wants_anonymous: bool
    ) -> QuotedReply:
        """Write down words of a mail, of which nobody was asked yet; those that are there stay."""
        with self._database.writing() as connection:
            mine = reply_quote.c.inbound_id == inbound_id
            row = connection.execute(select(reply_quote).where(mine)).first()
            if row is None:
                connection.execute(
                    insert(reply_quote).values(
                        name=str(inbound_id),
                        inbound_id=inbound_id,
                        excerpt=excerpt,
                        shown_name=shown_name,
                        consent=QuoteConsent.NONE,
                        wants_anonymous=int(wants_anonymous),
                        created_at=now,
                    )
                )
                row = connection.execute(select(reply_quote).where(mine)).one()
        return _quoted(row)

    def edit(self, number: int, excerpt: str, shown_name: str, *, wants_anonymous: bool) -> None:
        """Change the words, or the name, of a quote that nobody was asked about yet, nor is being asked."""
        with self._database.writing() as connection:
            connection.execute(
                update(reply_quote)
                .where(
                    reply_quote.c.id == number,
                    reply_quote.c.consent == QuoteConsent.NONE,
                    reply_quote.c.asked_message_id.is_(None),
                )
                .values(excerpt=excerpt, shown_name=shown_name, wants_anonymous=int(wants_anonymous))
            )

    def asks_with(self, quote: QuotedReply, message_id: str) -> bool:
        """Write down the mail that asks, before it leaves: its answer may be quick.

        False when nobody may be asked that way: another process chose other words, or took the quote back.
        """
        with self._database.writing() as connection:
            changed = connection.execute(
                update(reply_quote)
                .where(
                    reply_quote.c.id == quote.id,
                    reply_quote.c.excerpt == quote.excerpt,
                    reply_quote.c.shown_name == quote.shown_name,
                    reply_quote.c.wants_anonymous == int(quote.wants_anonymous),
                )
                .values(asked_message_id=message_id)
            )
        return changed.rowcount == 1

    def change(
        self,
        number: int,
        event: QuoteEvent,
        now: datetime,
        by: str,
        *,
        answer_inbound_id: int | None = None,
        shown_name: str | None = None,
    ) -> QuotedReply:
        """Let `event` happen to a quote, and return it. Raises IllegalQuoteTransition."""
        values: dict[str, Any] = {}
        if event in _ANSWERS:
            values = {"answered_at": now, "answered_by": by}
            if answer_inbound_id is not None:
                values["answer_inbound_id"] = answer_inbound_id
        else:
            values = {"asked_at": now}
        if shown_name:
            values["shown_name"] = shown_name
        mine = reply_quote.c.id == number
        with self._database.writing() as connection:
            state = QuoteConsent(connection.execute(select(reply_quote.c.consent).where(mine)).scalar_one())
            values["consent"] = quote_transition(state, event)
            connection.execute(update(reply_quote).where(mine).values(values))
            return _quoted(connection.execute(select(reply_quote).where(mine)).one())

    def drop(self, names: Collection[str]) -> None:
        """Take quotes out, with the consent for them."""
        with self._database.writing() as connection:
            connection.execute(delete(reply_quote).where(reply_quote.c.name.in_(list(names))))

    def names_of(self, keys: Collection[str]) -> frozenset[str]:
        """Return the names of the quotes of whoever wrote from, or is on the list under, one of `keys`."""
        wanted = list(keys)
        query = (
            select(reply_quote.c.name)
            .join(inbound, inbound.c.id == reply_quote.c.inbound_id)
            .join(subscriber, subscriber.c.id == inbound.c.subscriber_id, isouter=True)
            .where(or_(inbound.c.from_key.in_(wanted), subscriber.c.email_key.in_(wanted)))
        )
        with self._database.reading() as connection:
            return frozenset(connection.scalars(query))

    def _one(self, condition: Any) -> QuotedReply | None:
        with self._database.reading() as connection:
            row = connection.execute(select(reply_quote).where(condition)).first()
        return _quoted(row) if row is not None else None


def _quoted(row: Row[Any]) -> QuotedReply:
    return QuotedReply(
        id=row.id,
        name=row.name,
        inbound_id=row.inbound_id,
        excerpt=row.excerpt,
        shown_name=row.shown_name or "",
        consent=QuoteConsent(row.consent),
        wants_anonymous=bool(row.wants_anonymous),
        created_at=row.created_at,
        asked_at=row.asked_at,
        asked_message_id=row.asked_message_id,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        answer_inbound_id=row.answer_inbound_id,
    )
