"""Every letter that reached somebody beside the others: what went wrong with it, and who left or replied.

Only what is rare is counted, so that the work grows with bounces, complaints, departures and replies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from newsletter.audience.expression import HistoryKind
from newsletter.domain.campaign_figures import LetterFigures
from newsletter.domain.consent import ConsentKind
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.provider_event import EventKind
from newsletter.store.database.database import Database
from newsletter.store.ledger.fates import STATE
from newsletter.store.schema.consent import consent_event
from newsletter.store.schema.tables import (
    batch,
    campaign,
    delivery,
    provider_event,
    reader_event,
    subscriber,
)

__all__ = ["SqlLetters"]


class SqlLetters:
    """Letters beside each other, on a database. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Count in `database`."""
        self._database = database

    def all(self) -> Sequence[LetterFigures]:
        """Return every campaign that reached somebody, the oldest first.

        Whoever told the provider to leave, or did so themselves after they got this letter and before the
        next that went to anybody, has left after it; a complaint is counted as that alone.
        """
        with self._database.reading() as connection:
            told = _told(connection)
            left = _left(connection, told[EventKind.COMPLAINED], told[EventKind.UNSUBSCRIBED])
            replied: dict[str, int] = dict(connection.execute(_replied()).all())
            rows = connection.execute(_accepted()).all()
        return [
            LetterFigures(
                campaign=row.id,
                issue=row.issue,
                segment=row.segment,
                at=row.created_at,
                accepted=row.accepted,
                bounced=len(told[EventKind.BOUNCED][row.id]),
                complained=len(told[EventKind.COMPLAINED][row.id]),
                left=left[row.id],
                replied=replied.get(row.id, 0),
            )
            for row in rows
        ]


_ByCampaign = dict[str, set[str]]


def _told(connection: Connection) -> dict[EventKind, _ByCampaign]:
    """Return the deliveries that bounced, were called spam, or led to leaving, by campaign."""
    query = (
        select(batch.c.campaign_id, provider_event.c.kind, provider_event.c.delivery_id)
        .select_from(provider_event)
        .join(delivery, delivery.c.id == provider_event.c.delivery_id)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(
            provider_event.c.kind.in_([EventKind.BOUNCED, EventKind.COMPLAINED, EventKind.UNSUBSCRIBED]),
            STATE == DeliveryState.ACCEPTED,
        )
        .distinct()
    )
    found: dict[EventKind, _ByCampaign] = defaultdict(lambda: defaultdict(set))
    for campaign_id, kind, delivery_id in connection.execute(query):
        found[EventKind(kind)][campaign_id].add(delivery_id)
    return found


def _left(connection: Connection, complained: _ByCampaign, unsubscribed: _ByCampaign) -> Counter[str]:
    """Return how many left after each campaign's letter.

    Whoever told the provider is written down as withdrawn too: what they told counts, for its own letter.
    """
    told = {
        one for by_campaign in (complained, unsubscribed) for many in by_campaign.values() for one in many
    }
    gone: _ByCampaign = defaultdict(set)
    for campaign_id, deliveries in unsubscribed.items():
        gone[campaign_id] |= deliveries - complained[campaign_id]
    letters: dict[int, list[tuple[Any, str, str]]] = defaultdict(list)
    for event_id, created_at, campaign_id, delivery_id in connection.execute(_withdrawn()):
        letters[event_id].append((created_at, campaign_id, delivery_id))
    for got in letters.values():
        if not any(delivery_id in told for _, _, delivery_id in got):
            _, campaign_id, delivery_id = max(got)
            gone[campaign_id].add(delivery_id)
    return Counter({campaign_id: len(left) for campaign_id, left in gone.items()})


def _withdrawn() -> Select[Any]:
    """Select whoever withdrew, with every letter they had got by then."""
    return (
        select(consent_event.c.id, campaign.c.created_at, campaign.c.id, delivery.c.id)
        .select_from(consent_event)
        .join(subscriber, subscriber.c.id == consent_event.c.subscriber_id)
        .join(campaign, campaign.c.created_at <= consent_event.c.at)
        .join(
            delivery,
            and_(delivery.c.issue == campaign.c.issue, delivery.c.email_key == subscriber.c.email_key),
        )
        .join(batch, and_(batch.c.id == delivery.c.batch_id, batch.c.campaign_id == campaign.c.id))
        .where(consent_event.c.kind == ConsentKind.WITHDRAWN, STATE == DeliveryState.ACCEPTED)
    )


def _replied() -> Select[Any]:
    return (
        select(batch.c.campaign_id, func.count(reader_event.c.delivery_id.distinct()))
        .select_from(reader_event)
        .join(delivery, delivery.c.id == reader_event.c.delivery_id)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(reader_event.c.kind == HistoryKind.REPLIED)
        .group_by(batch.c.campaign_id)
    )


def _accepted() -> Select[Any]:
    """Select the campaigns; a batch's size counts those of its deliveries without an override."""
    return (
        select(
            campaign.c.id,
            campaign.c.issue,
            campaign.c.segment,
            campaign.c.created_at,
            func.sum(batch.c.size).label("accepted"),
        )
        .join(batch, batch.c.campaign_id == campaign.c.id)
        .where(batch.c.state == DeliveryState.ACCEPTED, batch.c.size > 0)
        .group_by(campaign.c.id, campaign.c.issue, campaign.c.segment, campaign.c.created_at)
        .order_by(campaign.c.created_at, campaign.c.id)
    )
