"""Mails with a link to somebody's own data: asked by anybody, sent only to whom the list knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, insert, select

from newsletter.domain.delivery import BatchState
from newsletter.domain.person_hash import ERASED_EMAIL
from newsletter.domain.service_mail import ServiceKind
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.database import Database
from newsletter.store.schema import service_mail, subscriber

__all__ = ["DataRequest", "SqlRights"]

_ONE_A = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataRequest:
    """Somebody asks for a link to what is kept of an address; the ids are those of the mail."""

    email: str
    key: str
    email_hmac: str
    lang: str
    delivery_id: str
    nonce: str
    at: datetime


class SqlRights:
    """Requests for one's own data, on a database."""

    def __init__(self, database: Database) -> None:
        """Write in `database`."""
        self._database = database

    def request(self, wanted: DataRequest) -> None:
        """Queue a mail with a link, one a day to an address at most.

        The same is written whoever it is, so that nobody learns who is on the list; but the address of who is
        not on it, and so may never have come near it or been forgotten, is not kept.
        """
        with self._database.writing() as connection:
            who = connection.execute(
                select(subscriber.c.id, subscriber.c.lang).where(
                    subscriber.c.email_key == wanted.key, subscriber.c.status != SubscriberStatus.ERASED
                )
            ).first()
            was_sent = connection.scalar(
                select(
                    exists().where(
                        service_mail.c.email_hmac == wanted.email_hmac,
                        service_mail.c.kind == ServiceKind.RIGHTS,
                        service_mail.c.state != BatchState.CANCELLED,
                        service_mail.c.created_at > wanted.at - _ONE_A,
                    )
                )
            )
            is_sent = who is not None and not was_sent
            connection.execute(
                insert(service_mail).values(
                    kind=ServiceKind.RIGHTS,
                    state=BatchState.PENDING if is_sent else BatchState.CANCELLED,
                    subscriber_id=who.id if who else None,
                    email=wanted.email if who else ERASED_EMAIL,
                    email_hmac=wanted.email_hmac,
                    lang=(who.lang if who else None) or wanted.lang,
                    delivery_id=wanted.delivery_id,
                    nonce=wanted.nonce,
                    wish={},
                    created_at=wanted.at,
                    detail=None if is_sent else "not on the list, or sent within the last day",
                )
            )
