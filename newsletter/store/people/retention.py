"""What is kept no longer than it has to be: requests nobody confirmed, and details of long ago."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, and_, delete, exists, func, or_, select, update

from newsletter.domain.consent import ConsentKind, NewConsent
from newsletter.domain.delivery import BatchState, CampaignState
from newsletter.domain.person_hash import ERASED_EMAIL, person_hash
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.database.database import Database
from newsletter.store.people.consent import append, note_head
from newsletter.store.people.erased_keys import has_address
from newsletter.store.people.withdrawals import EVERY_PURPOSE
from newsletter.store.schema.tables import (
    batch,
    campaign,
    consent_event,
    consent_personal,
    delivery,
    provider_event,
    service_mail,
    subscriber,
    suppression,
)

__all__ = ["SqlRetention"]

_OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)
_LEFT = (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.COMPLAINED, SubscriberStatus.SUSPENDED)
_OPEN = (BatchState.PENDING, BatchState.SUBMITTING, BatchState.UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """Somebody whose request was never confirmed."""

    id: int
    key: str


class SqlRetention:
    """Removing what its time is over for, on a database."""

    def __init__(self, database: Database, person_key: bytes) -> None:
        """Look in `database`, whose `person_key` hashes addresses."""
        self._database = database
        self._person_key = person_key

    def expire_requests(self, before: datetime, now: datetime, *, is_trial: bool = False) -> int:
        """Erase who asked before a moment and never confirmed; return how many.

        Nothing keeps them from asking again. Who came with a list is not meant.
        """
        newest = func.max(service_mail.c.created_at)
        query = (
            select(subscriber.c.id, subscriber.c.email_key)
            .join(service_mail, service_mail.c.subscriber_id == subscriber.c.id)
            .where(subscriber.c.status == SubscriberStatus.PENDING)
            .group_by(subscriber.c.id, subscriber.c.email_key)
            .having(newest <= before)
        )
        with self._database.reading() as connection:
            found = len(connection.execute(query).all())
        if is_trial or not found:
            return found
        with self._database.writing() as connection:
            who = [_Waiting(id=row.id, key=row.email_key) for row in connection.execute(query)]
            for one in who:
                self._expire(connection, one, now)
        note_head(self._database)
        return len(who)

    def drop_mails(self, before: datetime, *, is_trial: bool = False) -> int:
        """Remove mails to one person made before a moment that nobody is sending; return how many.

        Of one that nobody answered for so long no link holds any more, and no evidence comes.
        """
        under_way = (BatchState.PENDING, BatchState.SUBMITTING)
        old = and_(service_mail.c.created_at <= before, service_mail.c.state.not_in(under_way))
        if is_trial:
            return self._count(select(func.count()).select_from(service_mail).where(old))
        with self._database.writing() as connection:
            return connection.execute(delete(service_mail).where(old)).rowcount

    def wipe_details(self, before: datetime, *, is_trial: bool = False) -> int:
        """Wipe what readers' letters were filled with, of campaigns over and planned before a moment.

        That is their values, and what servers said of their mail. Who had which issue stays, for segments and
        so that nobody gets it twice. Return of how many deliveries.
        """
        open_one = batch.alias()
        unsettled = exists().where(open_one.c.campaign_id == campaign.c.id, open_one.c.state.in_(_OPEN))
        batches = (
            select(batch.c.id)
            .join(campaign, campaign.c.id == batch.c.campaign_id)
            .where(campaign.c.created_at <= before, campaign.c.state.in_(_OVER), ~unsettled)
        )
        mine = and_(
            delivery.c.batch_id.in_(batches),
            or_(delivery.c["values"] != "{}", delivery.c.detail.is_not(None)),
        )
        if is_trial:
            return self._count(select(func.count()).select_from(delivery).where(mine))
        with self._database.writing() as connection:
            connection.execute(
                update(provider_event)
                .where(
                    provider_event.c.reason.is_not(None),
                    provider_event.c.delivery_id.in_(select(delivery.c.id).where(mine)),
                )
                .values(reason=None)
            )
            wiped = connection.execute(update(delivery).where(mine).values(values="{}", detail=None))
        return wiped.rowcount

    def long_gone(self, before: datetime, most: int) -> Sequence[str]:
        """Return the address keys of who left before a moment, on the list or not, at most `most`."""
        query = (
            select(suppression.c.email_key)
            .outerjoin(subscriber, subscriber.c.email_key == suppression.c.email_key)
            .where(
                suppression.c.since <= before,
                or_(subscriber.c.id.is_(None), subscriber.c.status.in_(_LEFT)),
                has_address(),
            )
            .order_by(suppression.c.email_key)
            .limit(most)
        )
        with self._database.reading() as connection:
            return connection.scalars(query).all()

    def _expire(self, connection: Connection, who: _Waiting, now: datetime) -> None:
        hashed = person_hash(self._person_key, who.key)
        about_them = select(consent_event.c.id).where(consent_event.c.email_hmac == hashed)
        connection.execute(delete(consent_personal).where(consent_personal.c.event_id.in_(about_them)))
        connection.execute(delete(subscriber).where(subscriber.c.id == who.id))
        connection.execute(
            update(service_mail)
            .where(service_mail.c.email_hmac == hashed)
            .values(email=ERASED_EMAIL, wish={}, subscriber_id=None)
        )
        new = NewConsent(kind=ConsentKind.EXPIRED, at=now, purpose=EVERY_PURPOSE, email_hmac=hashed)
        append(connection, new)

    def _count(self, query: Select[int]) -> int:
        with self._database.reading() as connection:
            return connection.scalar(query) or 0
