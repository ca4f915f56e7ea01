"""Mails with a link to somebody's own data: asked by anybody, sent only to whom the list knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select

from newsletter.audience.opt_in import why_no_link
from newsletter.domain.delivery import BatchState
from newsletter.domain.person_hash import ERASED_EMAIL, erased_key
from newsletter.domain.service_mail import ServiceKind
from newsletter.domain.subscriber import SubscriberStatus, SuppressionReason
from newsletter.store.database.database import Database
from newsletter.store.schema.tables import (
    consent_event,
    consent_personal,
    service_mail,
    subscriber,
    suppression,
)

__all__ = ["DataRequest", "SqlRights"]


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

        Three in a week at most. Known is who is on the list, who is never mailed, and of whom the log of
        consent holds anything; who refuses every mail gets none. The same is asked and written whoever it is,
        so that nobody learns who is known; but the address of who is not, and so may never have come near it
        or been forgotten, is not kept.
        """
        with self._database.writing() as connection:
            who = connection.execute(
                select(subscriber.c.id, subscriber.c.lang).where(
                    subscriber.c.email_key == wanted.key, subscriber.c.status != SubscriberStatus.ERASED
                )
            ).first()
            barred = _suppressions(connection, wanted)
            has_consent = _has_consent(connection, wanted.email_hmac)
            earlier = _earlier(connection, wanted)
            is_known = who is not None or has_consent or wanted.key in barred
            refuses = SuppressionReason.MANUAL in barred.values()
            refusal = why_no_link(earlier, wanted.at, is_known=is_known, refuses=refuses)
            connection.execute(
                insert(service_mail).values(
                    kind=ServiceKind.RIGHTS,
                    state=BatchState.CANCELLED if refusal else BatchState.PENDING,
                    subscriber_id=who.id if who else None,
                    email=wanted.email if is_known else ERASED_EMAIL,
                    email_hmac=wanted.email_hmac,
                    lang=(who.lang if who else None) or wanted.lang,
                    delivery_id=wanted.delivery_id,
                    nonce=wanted.nonce,
                    wish={},
                    created_at=wanted.at,
                    detail=refusal,
                )
            )


def _suppressions(connection: Connection, wanted: DataRequest) -> Mapping[str, SuppressionReason]:
    """Return why the address is never mailed, by its key, or by what stands for that of who is forgotten."""
    keys = (wanted.key, erased_key(wanted.email_hmac))
    query = select(suppression.c.email_key, suppression.c.reason).where(suppression.c.email_key.in_(keys))
    return {row.email_key: SuppressionReason(row.reason) for row in connection.execute(query)}


def _has_consent(connection: Connection, email_hmac: str) -> bool:
    theirs = (consent_event.c.email_hmac == email_hmac, consent_personal.c.event_id == consent_event.c.id)
    return bool(connection.scalar(select(exists().where(*theirs))))


def _earlier(connection: Connection, wanted: DataRequest) -> list[datetime]:
    query = select(service_mail.c.created_at).where(
        service_mail.c.email_hmac == wanted.email_hmac,
        service_mail.c.kind == ServiceKind.RIGHTS,
        service_mail.c.state != BatchState.CANCELLED,
    )
    return list(connection.scalars(query))
