"""People who come and go by their own wish, each act with its consent event in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from newsletter.audience.opt_in import Confirmation, ConfirmationKind, SignUp, why_not_ask
from newsletter.domain.consent import ConsentKind, NewConsent
from newsletter.domain.delivery import BatchEvent, BatchState, transition
from newsletter.domain.person_hash import erased_key, person_hash
from newsletter.domain.person_token import PersonClaim
from newsletter.domain.service_mail import ServiceKind
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import Problem, UsageError
from newsletter.store.database.database import Database
from newsletter.store.people.consent import SqlConsent, append, kept_wording
from newsletter.store.readers.list_rows import (
    keep_from_undo,
    overwrite_subscribers,
    read_subscribers,
    read_suppressions,
    suppress,
    write_subscribers,
    write_tags,
)
from newsletter.store.schema.tables import delivery, service_mail, subscriber, suppression

__all__ = ["SqlOptIn", "cancel_service_mails"]

_GONE = (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED)
_HERE = (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED)


class SqlOptIn:
    """Requests, confirmations and withdrawals, on a database."""

    def __init__(self, database: Database, person_key: bytes, consent: SqlConsent) -> None:
        """Work on the list in `database`, whose `person_key` hashes addresses."""
        self._database = database
        self._person_key = person_key
        self._consent = consent

    def request(self, sign_up: SignUp) -> None:
        """Write down that somebody asked, and queue a mail that asks them to confirm.

        The same is written whoever it is, also when no mail is sent: it then says why. So neither the answer
        nor the time it takes tells a stranger who is on the list.
        """
        with self._database.writing() as connection:
            found = _by_key(connection, sign_up.key)
            reason = self._suppression(connection, sign_up)
            refusal = why_not_ask(
                found.status if found else None, reason, _earlier(connection, sign_up), sign_up.at
            )
            subscriber_id = found.id if found else None
            if found is None and refusal is None:
                subscriber_id = write_subscribers(connection, [_pending(sign_up)])[sign_up.key]
            append(
                connection,
                NewConsent(
                    kind=ConsentKind.REQUESTED,
                    at=sign_up.at,
                    purpose=sign_up.purpose,
                    email_hmac=sign_up.email_hmac,
                    subscriber_id=subscriber_id,
                    wording=sign_up.wording,
                    personal=sign_up.personal,
                ),
            )
            _queue(connection, sign_up, subscriber_id, refusal)
        self._consent.note_head()

    def confirm(self, claim: PersonClaim, new: NewConsent) -> Confirmation:
        """Take a confirmation; a second one changes nothing.

        `new` is its event, but for who it is and the words of the mail they had.
        """
        with self._database.writing() as connection:
            mail = connection.execute(
                select(service_mail).where(
                    service_mail.c.nonce == claim.nonce,
                    service_mail.c.subscriber_id == claim.subscriber_id,
                )
            ).first()
            who = _by_id(connection, claim.subscriber_id)
            kind = _judge(claim, mail, who, new.at)
            if kind is not ConfirmationKind.CONFIRMED or who is None or mail is None:
                return Confirmation(
                    kind=kind, subscriber_id=who.id if who else None, lang=who.lang if who else None
                )
            hashed = person_hash(self._person_key, who.key)
            joined = _joined(who, mail, new.at)
            overwrite_subscribers(connection, [joined])
            keep_from_undo(connection, who.key)
            returned = _lift(connection, who, hashed)
            used = update(service_mail).where(service_mail.c.id == mail.id).values(used_at=new.at)
            connection.execute(used)
            wording = kept_wording(connection, mail.wording_digest or "")
            append(connection, replace(new, email_hmac=hashed, subscriber_id=who.id, wording=wording))
        self._consent.note_head()
        return Confirmation(
            kind=kind, subscriber_id=who.id, lang=joined.lang, email_hmac=hashed, returned=returned
        )

    def add(self, new: Subscriber, event: NewConsent) -> Subscriber:
        """Put somebody on the list by hand; `event` says how the author knows that they want it.

        Raises UsageError for who is on the list, and for who left or was forgotten: they come back by
        themselves only.
        """
        hashed = person_hash(self._person_key, new.key)
        with self._database.writing() as connection:
            barred = read_suppressions(connection, (new.key, erased_key(hashed)))
            if barred:
                reason = next(iter(barred.values())).reason
                raise UsageError(
                    Problem(
                        what=f"{new.email} is never mailed: {reason}",
                        why="whoever left or was forgotten comes back by their own wish only",
                        fix="send them to the subscribe page of the site",
                    )
                )
            if _by_key(connection, new.key) is not None:
                raise UsageError(f"{new.email} is on the list already")
            ids = write_subscribers(connection, [new])
            write_tags(connection, {ids[new.key]: new.tags})
            append(connection, replace(event, email_hmac=hashed, subscriber_id=ids[new.key]))
        self._consent.note_head()
        return replace(new, id=ids[new.key])

    def key_of_subscriber(self, subscriber_id: int) -> str | None:
        """Return the address key of a subscriber."""
        with self._database.reading() as connection:
            query = select(subscriber.c.email_key).where(subscriber.c.id == subscriber_id)
            return connection.scalar(query)

    def key_of_delivery(self, delivery_id: str) -> str | None:
        """Return the key a delivery went to, which is no address any more once its reader is forgotten."""
        with self._database.reading() as connection:
            return connection.scalar(select(delivery.c.email_key).where(delivery.c.id == delivery_id))

    def withdraw(self, key: str, new: NewConsent) -> bool:
        """Never mail `key` again, at their own wish; False when that was so already.

        `new` is its event, but for who it is. What waits to be mailed to them is not mailed any more.
        """
        return self._stop(key, new, SuppressionReason.UNSUBSCRIBED)

    def refuse(self, key: str, new: NewConsent) -> bool:
        """Never mail `key` again, also when somebody asks for it, as `withdraw` does for letters.

        No link that is out confirms them any more.
        """
        return self._stop(key, new, SuppressionReason.MANUAL)

    def _stop(self, key: str, new: NewConsent, reason: SuppressionReason) -> bool:
        hashed = person_hash(self._person_key, key)
        with self._database.writing() as connection:
            who = _by_key(connection, key)
            is_new = suppress(connection, key, reason, new.at)
            if reason is SuppressionReason.MANUAL:
                is_new = _raise_to_refusal(connection, key, hashed, new.at) or is_new
            if who is not None and who.status not in _GONE:
                is_new = True
                connection.execute(
                    update(subscriber)
                    .where(subscriber.c.id == who.id)
                    .values(status=SubscriberStatus.UNSUBSCRIBED)
                )
            keep_from_undo(connection, key)
            cancel_service_mails(connection, hashed, "they left")
            if is_new:
                event = replace(new, email_hmac=hashed, subscriber_id=who.id if who else None)
                append(connection, event)
        self._consent.note_head()
        return is_new

    def _suppression(self, connection: Connection, sign_up: SignUp) -> SuppressionReason | None:
        keys = (sign_up.key, erased_key(sign_up.email_hmac))
        found = read_suppressions(connection, keys)
        reasons = [found[key].reason for key in keys if key in found]
        if SuppressionReason.MANUAL in reasons:  # a refusal outlives the address
            return SuppressionReason.MANUAL
        return next(iter(reasons), None)


def _raise_to_refusal(connection: Connection, key: str, hashed: str, now: datetime) -> bool:
    """Make a suppression one that no request lifts, and links that are out of no use; say if it is new."""
    raised = connection.execute(
        update(suppression)
        .where(suppression.c.email_key == key, suppression.c.reason != SuppressionReason.MANUAL)
        .values(reason=SuppressionReason.MANUAL)
    )
    connection.execute(
        update(service_mail)
        .where(service_mail.c.email_hmac == hashed, service_mail.c.used_at.is_(None))
        .values(used_at=now)
    )
    return raised.rowcount > 0


def cancel_service_mails(connection: Connection, email_hmac: str, why: str) -> None:
    """Let nothing that waits be mailed to an address (its hash)."""
    connection.execute(
        update(service_mail)
        .where(service_mail.c.email_hmac == email_hmac, service_mail.c.state == BatchState.PENDING)
        .values(state=transition(BatchState.PENDING, BatchEvent.CANCEL), detail=why)
    )


def _judge(
    claim: PersonClaim, mail: Row[Any] | None, who: Subscriber | None, now: datetime
) -> ConfirmationKind:
    if who is None:
        return ConfirmationKind.EXPIRED  # erased, because nobody confirmed in time, or at their own wish
    if who.status in _HERE:
        return ConfirmationKind.ALREADY
    if mail is None or not claim.holds_at(now):
        return ConfirmationKind.EXPIRED
    return ConfirmationKind.LEFT if mail.used_at is not None else ConfirmationKind.CONFIRMED


def _joined(who: Subscriber, mail: Row[Any], now: datetime) -> Subscriber:
    """Return `who` as they confirmed to be: active, with what they chose."""
    wish = mail.wish
    return replace(
        who,
        status=SubscriberStatus.ACTIVE,
        lang=mail.lang,
        fields={**who.fields, **wish.get("fields", {})},
        tags=who.tags | frozenset(wish.get("tags", ())),
        joined=who.joined or now,
        confirmed=now,
    )


def _lift(connection: Connection, who: Subscriber, hashed: str) -> bool:
    """Let `who` be mailed again; say whether they were erased.

    Deliveries from before it was erased get their key back, so that no letter comes twice.
    """
    erased = erased_key(hashed)
    was_erased = bool(read_suppressions(connection, [erased]))
    connection.execute(delete(suppression).where(suppression.c.email_key.in_([who.key, erased])))
    again = {"email_key": who.key, "subscriber_id": who.id}
    connection.execute(update(delivery).where(delivery.c.email_key == erased).values(again))
    return was_erased


def _pending(sign_up: SignUp) -> Subscriber:
    return Subscriber(
        id=0,
        email=sign_up.email,
        key=sign_up.key,
        status=SubscriberStatus.PENDING,
        lang=sign_up.lang,
        source=sign_up.personal.source,
    )


def _queue(connection: Connection, sign_up: SignUp, subscriber_id: int | None, refusal: str | None) -> None:
    connection.execute(
        insert(service_mail).values(
            kind=ServiceKind.CONFIRM,
            state=BatchState.PENDING if refusal is None else BatchState.CANCELLED,
            subscriber_id=subscriber_id,
            email=sign_up.email,
            email_hmac=sign_up.email_hmac,
            lang=sign_up.lang,
            delivery_id=sign_up.delivery_id,
            nonce=sign_up.nonce,
            wish={"fields": dict(sign_up.fields), "tags": sorted(sign_up.tags)},
            created_at=sign_up.at,
            detail=refusal,
        )
    )


def _earlier(connection: Connection, sign_up: SignUp) -> list[datetime]:
    query = select(service_mail.c.created_at).where(
        service_mail.c.email_hmac == sign_up.email_hmac,
        service_mail.c.kind == ServiceKind.CONFIRM,
        service_mail.c.state != BatchState.CANCELLED,
    )
    return list(connection.scalars(query))


def _by_key(connection: Connection, key: str) -> Subscriber | None:
    found = read_subscribers(connection, select(subscriber).where(subscriber.c.email_key == key))
    return found[0] if found else None


def _by_id(connection: Connection, subscriber_id: int) -> Subscriber | None:
    found = read_subscribers(connection, select(subscriber).where(subscriber.c.id == subscriber_id))
    return found[0] if found else None
