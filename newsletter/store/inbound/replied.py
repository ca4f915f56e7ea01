"""That a reader answered an issue, as segments and reports know it: once, whatever they wrote how often.

It follows from what was made of the mails, so it is written in the transaction that writes that down, and
taken back when a later reading finds that a machine wrote them, or somebody else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, delete, func, insert, select

from newsletter.audience.expression import HistoryKind
from newsletter.domain.inbound import InboundKind
from newsletter.store.inbound.brief import written_at
from newsletter.store.schema.inbound import inbound
from newsletter.store.schema.tables import delivery, reader_event, subscriber

__all__ = ["Answering", "answering", "answerings", "note_replied"]


class Answering(NamedTuple):
    """Whose mail it is, and which issue it answers."""

    subscriber_id: int
    issue: str


def answering(connection: Connection, number: int) -> Answering | None:
    """Return whose answer to what a mail is; None when either is not known."""
    return next(iter(answerings(connection, inbound.c.id == number)), None)


def answerings(connection: Connection, which: ColumnElement[bool]) -> Collection[Answering]:
    """Return whose answers to what the mails `which` holds for are."""
    query = select(inbound.c.subscriber_id, inbound.c.issue).where(
        which, inbound.c.subscriber_id.is_not(None), inbound.c.issue.is_not(None)
    )
    return {Answering(row.subscriber_id, row.issue) for row in connection.execute(query)}


def note_replied(connection: Connection, concerned: Iterable[Answering | None]) -> None:
    """Let the history of those `concerned` say what their mails say."""
    for one in {one for one in concerned if one is not None}:
        mine = (
            reader_event.c.subscriber_id == one.subscriber_id,
            reader_event.c.kind == HistoryKind.REPLIED,
            reader_event.c.issue == one.issue,
        )
        first = connection.scalar(
            select(func.min(written_at())).where(
                inbound.c.subscriber_id == one.subscriber_id,
                inbound.c.issue == one.issue,
                inbound.c.kind == InboundKind.HUMAN,
            )
        )
        connection.execute(delete(reader_event).where(*mine))
        if first is not None:
            connection.execute(
                insert(reader_event).values(
                    subscriber_id=one.subscriber_id,
                    delivery_id=_delivery(connection, one),
                    issue=one.issue,
                    kind=HistoryKind.REPLIED,
                    at=first,
                )
            )


def _delivery(connection: Connection, one: Answering) -> str | None:
    """Return the reader's own letter, also when they answer one that somebody passed on to them."""
    query = (
        select(delivery.c.id)
        .join(subscriber, subscriber.c.email_key == delivery.c.email_key)  # lets the index serve
        .where(subscriber.c.id == one.subscriber_id, delivery.c.issue == one.issue)
    )
    for way in (query, _by_mail(one)):
        known: str | None = connection.scalar(way)
        if known is not None:
            return known
    return None


def _by_mail(one: Answering) -> Select[Any]:
    """Select the letter by what the mail itself names: their address was another one then."""
    return (
        select(inbound.c.delivery_id)
        .where(
            inbound.c.subscriber_id == one.subscriber_id,
            inbound.c.issue == one.issue,
            inbound.c.delivery_id.is_not(None),
            inbound.c.via_subscriber_id.is_(None),
        )
        .limit(1)
    )
