"""How many readers answered each campaign, and when: one statement, whose work grows with the replies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, and_, func, or_, select

from newsletter.audience.expression import HistoryKind
from newsletter.domain.bounce_mails import BounceMails
from newsletter.domain.campaign_figures import KindFigures
from newsletter.domain.delivery import BatchState, DeliveryState
from newsletter.domain.inbound import InboundKind
from newsletter.domain.inbox import ActState, InboundState
from newsletter.domain.reply_figures import AnswerTimes, ReplyFigures
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import json_value
from newsletter.store.inbound.brief import to_the_letter, written_at
from newsletter.store.ledger.fates import STATE, TAKEN_AT, with_attempts
from newsletter.store.schema.inbound import inbound, reply_act, reply_answer
from newsletter.store.schema.tables import batch, campaign, delivery, reader_event, subscriber

__all__ = ["SqlReplyFigures", "times_query"]

_OPEN = (InboundState.NEW, InboundState.READ)
_PEOPLE = inbound.c.kind == InboundKind.HUMAN


class SqlReplyFigures:
    """Replies in numbers, on a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Count in `database`."""
        self._database = database

    def of_issue(self, issue: str) -> Mapping[str, ReplyFigures]:
        """Return the figures of each campaign of `issue`, by the campaign's id."""
        return self._figures(issue)

    def of_all(self) -> Mapping[str, ReplyFigures]:
        """Return the figures of every campaign, by its id."""
        return self._figures(None)

    def kinds(self, campaign_id: str, field: str) -> Sequence[KindFigures]:
        """Return how many readers got a campaign and how many replied, by what a field of theirs holds."""
        with self._database.reading() as connection:
            rows = connection.execute(_kinds(campaign_id, field)).all()
        return [
            KindFigures(name=(row.kind or "").strip(), accepted=row.accepted, replied=row.replied)
            for row in rows
        ]

    def bounce_mails(self, issue: str) -> BounceMails:
        """Return how many bounces and complaints about `issue` came by mail, and what became of them."""
        machines = inbound.c.kind.in_([InboundKind.BOUNCE, InboundKind.COMPLAINT])
        counted = select(func.count()).select_from(inbound)
        followed = counted.where(inbound.c.issue == issue, machines, inbound.c.delivery_id.is_not(None))
        untied = counted.where(inbound.c.issue.is_(None), inbound.c.kind == InboundKind.BOUNCE)
        waiting = (
            select(inbound.c.id)
            .join(reply_act, reply_act.c.inbound_id == inbound.c.id)
            .where(reply_act.c.state == ActState.PROPOSED, machines)
            .where(or_(inbound.c.issue == issue, inbound.c.issue.is_(None)))
            .distinct()
            .order_by(inbound.c.id)
        )
        with self._database.reading() as connection:
            return BounceMails(
                followed=connection.scalar(followed) or 0,
                waiting=tuple(connection.scalars(waiting)),
                untied=connection.scalar(untied) or 0,
            )

    def taken_at(self, delivery_id: str) -> datetime | None:
        """Return when the provider took a letter; None when there is no such letter."""
        query = select(TAKEN_AT).select_from(batch).join(delivery, delivery.c.batch_id == batch.c.id)
        with self._database.reading() as connection:
            found: datetime | None = connection.scalar(
                with_attempts(query).where(delivery.c.id == delivery_id)
            )
        return found

    def _figures(self, issue: str | None) -> Mapping[str, ReplyFigures]:
        mails: dict[str, list[AnswerTimes]] = defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(times_query(issue)):
                mails[row.campaign_id].append(
                    AnswerTimes(
                        reader=row.subscriber_id,
                        replied_after_s=(row.written_at - row.taken_at).total_seconds(),
                        answered_after_s=(
                            (row.answered_at - row.received_at).total_seconds() if row.answered_at else None
                        ),
                        is_waiting=row.answered_at is None and row.state in _OPEN,
                    )
                )
            accepted = connection.execute(_accepted(issue)).all()
            strangers: dict[str, int] = dict(connection.execute(_strangers(issue)).all())
        return {
            row.id: ReplyFigures.of(
                mails[row.id], accepted=row.size or 0, strangers=strangers.get(row.issue, 0)
            )
            for row in accepted
        }


def times_query(issue: str | None) -> Select[Any]:
    """Select every mail of a reader about `issue`, or about any, with the campaign whose letter they got."""
    answered_at = (
        select(func.min(reply_answer.c.ended_at))
        .where(reply_answer.c.inbound_id == inbound.c.id, reply_answer.c.state == BatchState.ACCEPTED)
        .scalar_subquery()
    )
    query = (
        select(
            batch.c.campaign_id,
            inbound.c.subscriber_id,
            inbound.c.received_at,
            inbound.c.state,
            written_at().label("written_at"),
            TAKEN_AT.label("taken_at"),
            answered_at.label("answered_at"),
        )
        .select_from(inbound)
        .join(
            reader_event,
            and_(
                reader_event.c.subscriber_id == inbound.c.subscriber_id,
                reader_event.c.kind == HistoryKind.REPLIED,
                reader_event.c.issue == inbound.c.issue,
            ),
        )
        .join(delivery, delivery.c.id == reader_event.c.delivery_id)
        .join(batch, batch.c.id == delivery.c.batch_id)
    )
    found = with_attempts(query).where(_PEOPLE, to_the_letter())
    return found if issue is None else found.where(inbound.c.issue == issue)


def _accepted(issue: str | None) -> Select[Any]:
    """Select every campaign with how many got its letter."""
    query = (
        select(campaign.c.id, campaign.c.issue, func.sum(batch.c.size).label("size"))
        .outerjoin(batch, and_(batch.c.campaign_id == campaign.c.id, batch.c.state == BatchState.ACCEPTED))
        .group_by(campaign.c.id, campaign.c.issue)
    )
    return query if issue is None else query.where(campaign.c.issue == issue)


def _kinds(campaign_id: str, field: str) -> Select[str, int, int]:
    """Select what a field holds for those who got a campaign, with how many they are and how many replied."""
    kind = json_value(subscriber.c.fields, field).cast(Text)
    replied = and_(reader_event.c.delivery_id == delivery.c.id, reader_event.c.kind == HistoryKind.REPLIED)
    return (
        select(
            kind.label("kind"),
            func.count(delivery.c.id.distinct()).label("accepted"),
            func.count(reader_event.c.delivery_id.distinct()).label("replied"),
        )
        .select_from(delivery)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .outerjoin(subscriber, subscriber.c.id == delivery.c.subscriber_id)
        .outerjoin(reader_event, replied)
        .where(batch.c.campaign_id == campaign_id, STATE == DeliveryState.ACCEPTED)
        .group_by(kind)
    )


def _strangers(issue: str | None) -> Select[Any]:
    """Select each issue with how many mails about it are of nobody on the list."""
    query = select(inbound.c.issue, func.count()).where(
        _PEOPLE, to_the_letter(), inbound.c.subscriber_id.is_(None)
    )
    named = inbound.c.issue.is_not(None) if issue is None else inbound.c.issue == issue
    return query.where(named).group_by(inbound.c.issue)
