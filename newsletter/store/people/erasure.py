"""Erasing a person from the database: every row about them goes, or loses who it is about.

What must stay keeps a keyed hash in place of the address: that they are never mailed, and that they had an
issue, so that no issue reaches them twice should they ever come back by their own wish.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, insert, or_, select, update

from newsletter.audience.traces import Traces
from newsletter.domain.consent import ConsentKind, NewConsent
from newsletter.domain.person_hash import ERASED_EMAIL, erased_key, person_hash
from newsletter.domain.subscriber import SuppressionReason
from newsletter.errors import AnotherRunner
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import listed, wipe_what_is_deleted
from newsletter.store.database.locks import RUNNER_LOCK, operator_name
from newsletter.store.events.bodies import take_out
from newsletter.store.inbound.removal import forget_mails, is_mail_of
from newsletter.store.people.consent import append
from newsletter.store.people.erased_keys import erased_hashes
from newsletter.store.people.opt_in import cancel_service_mails
from newsletter.store.people.scrubbing import find_notes, scrub
from newsletter.store.people.whereabouts import Whereabouts, changes_of, deliveries_to
from newsletter.store.people.withdrawals import EVERY_PURPOSE
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.inbound import inbound
from newsletter.store.schema.tables import (
    consent_event,
    consent_personal,
    delivery,
    import_change,
    meta,
    operator_log,
    provider_event,
    reader_event,
    service_mail,
    subscriber,
    suppression,
)

__all__ = ["SqlErasure"]

_SCOUR_DUE = "scour_due"


class SqlErasure:
    """Forgetting people, on a database."""

    def __init__(self, database: Database, person_key: bytes) -> None:
        """Erase from `database`, whose `person_key` hashes addresses."""
        self._database = database
        self._person_key = person_key

    def addresses(self, key: str) -> tuple[str, ...]:
        """Return every address under which the person with the address key `key` is known, that one first."""
        with self._database.reading() as connection:
            ids = _ids(connection, [key])
            known = [key]
            for table in (subscriber.c, delivery.c):
                own = table.id if table is subscriber.c else table.subscriber_id
                query = select(table.email, table.email_key).where(or_(own.in_(ids), table.email_key == key))
                for email, email_key in connection.execute(query):
                    known += [email, email_key]
        return tuple(dict.fromkeys(one for one in known if "@" in one and one != ERASED_EMAIL))

    def count(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Return how many rows there are about the person with these address keys, by what they are."""
        with self._database.reading() as connection:
            ids = _ids(connection, keys)
            hashes = [person_hash(self._person_key, key) for key in keys]
            events = provider_event.c.email_key.in_(keys)
            return {
                name: number
                for name, condition in _about(ids, keys, hashes, events).items()
                if (number := connection.scalar(select(func.count()).where(condition)) or 0)
            }

    def erase(
        self, keys: Sequence[str], traces: Traces, now: datetime, *, keeps_refusal: bool = False
    ) -> Mapping[str, int]:
        """Erase the person with these address keys, all of it or nothing; return what `count` would have.

        Mail that waits to be sent to them is suppressed by the campaign itself when its turn comes: what was
        frozen keeps its order and size. With `keeps_refusal` whoever refused every mail still does; else they
        may come back by asking for the letter.
        """
        counts: Counter[str] = Counter()
        with self._database.reading() as connection:
            notes = find_notes(connection, traces)
            where = Whereabouts.find(connection, keys, traces)
        with self._database.writing() as connection:
            wipe_what_is_deleted(connection)
            ids = _ids(connection, keys)
            hashes = [person_hash(self._person_key, key) for key in keys]
            for name, condition in _about(ids, keys, hashes, where.are_events()).items():
                counts[name] = connection.scalar(select(func.count()).where(condition)) or 0
            _loosen(connection, ids, keys, where)
            reports = where.reports(connection)
            forget_mails(connection, ids, keys, now)
            before = frozenset() if any(counts.values()) else erased_hashes(connection)
            for key, hashed in zip(keys, hashes, strict=True):
                _hash_key(connection, key, hashed, now, keeps_refusal=keeps_refusal)
                _hash_rows(connection, key, hashed, where)
                counts["reports"] += take_out(connection, key, reports)
            for address in traces.addresses:
                if address not in keys:
                    take_out(connection, address, reports)
            _wipe_consent(connection, [one for one in hashes if one not in before], now)
            connection.execute(delete(subscriber).where(subscriber.c.id.in_(ids)))
            counts["notes"] = scrub(connection, notes, traces)
            done = {"at": now, "who": operator_name(), "action": "forget", "detail": ", ".join(hashes)}
            connection.execute(insert(operator_log).values(done))
            connection.execute(delete(meta).where(meta.c.name == _SCOUR_DUE))
            connection.execute(insert(meta).values(name=_SCOUR_DUE, value=utc_text(now)))
        return {name: number for name, number in counts.items() if number}

    def scour(self) -> bool:
        """Clean the unused pages of the database, if somebody was erased since; say whether that is done.

        False while a campaign is being sent, which would have to wait, or while somebody reads: then it is
        still due.
        """
        due = meta.c.name == _SCOUR_DUE
        with self._database.reading() as connection:
            if connection.scalar(select(meta.c.value).where(due)) is None:
                return True
        try:
            with self._database.hold(RUNNER_LOCK, "cleaning up"):
                is_done = self._database.scour()
        except AnotherRunner:
            return False
        if is_done:
            with self._database.writing() as connection:
                connection.execute(delete(meta).where(due))
        return is_done

    def erased_hashes(self) -> Sequence[str]:
        """Return the hashes of everybody who is erased."""
        with self._database.reading() as connection:
            return sorted(erased_hashes(connection))

    def known_under(self, hashes: frozenset[str]) -> list[str]:
        """Return the address keys in the database that hash to one of `hashes`."""
        found: set[str] = set()
        columns = (subscriber.c.email_key, suppression.c.email_key, delivery.c.email_key)
        with self._database.reading() as connection:
            for column in (*columns, provider_event.c.email_key, service_mail.c.email, inbound.c.from_key):
                for key in connection.scalars(select(column).where(column.is_not(None)).distinct()):
                    folded = unicodedata.normalize("NFC", key.casefold())
                    if person_hash(self._person_key, folded) in hashes:
                        found.add(folded)
        return sorted(found)


def _ids(connection: Connection, keys: Sequence[str]) -> list[int]:
    by_key = connection.scalars(select(subscriber.c.id).where(subscriber.c.email_key.in_(keys))).all()
    by_mail = select(delivery.c.subscriber_id).where(deliveries_to(keys), delivery.c.subscriber_id > 0)
    return sorted({*by_key, *connection.scalars(by_mail)})


def _about(
    ids: Sequence[int], keys: Sequence[str], hashes: Sequence[str], events: ColumnElement[bool]
) -> Mapping[str, ColumnElement[bool]]:
    about_them = select(consent_event.c.id).where(consent_event.c.email_hmac.in_(hashes))
    return {
        "subscriber": subscriber.c.id.in_(ids),
        "suppression": suppression.c.email_key.in_(keys),
        "deliveries": deliveries_to(keys),
        "events": events,
        "history": reader_event.c.subscriber_id.in_(ids),
        "imports": changes_of(ids),
        "replies": is_mail_of(ids, keys),
        "consent": consent_personal.c.event_id.in_(about_them),
        "mails to confirm": service_mail.c.email_hmac.in_(hashes) & (service_mail.c.email != ERASED_EMAIL),
    }


def _loosen(connection: Connection, ids: Sequence[int], keys: Sequence[str], where: Whereabouts) -> None:
    """Take who it is about out of deliveries, events and the journals of imports."""
    mine = deliveries_to(keys)
    theirs = listed(connection.scalars(select(delivery.c.id).where(mine)).all())
    of_theirs = provider_event.c.delivery_id.in_(select(theirs.c.value))
    for told in (of_theirs, where.are_events()):
        connection.execute(update(provider_event).where(told).values(reason=None))
    gone = {"subscriber_id": None}
    connection.execute(update(reader_event).where(reader_event.c.subscriber_id.in_(ids)).values(gone))
    connection.execute(
        update(delivery)
        .where(mine)
        .values(email=ERASED_EMAIL, values="{}", subscriber_id=0, provider_id=None, detail=None)
    )
    connection.execute(delete(import_change).where(changes_of(ids)))


def _hash_key(connection: Connection, key: str, hashed: str, now: datetime, *, keeps_refusal: bool) -> None:
    """Put the hash in place of the address key wherever it keeps somebody from being mailed."""
    erased = erased_key(hashed)
    is_mine = suppression.c.email_key.in_([key, erased])
    refused = exists().where(is_mine, suppression.c.reason == SuppressionReason.MANUAL)
    is_refused = keeps_refusal and bool(connection.scalar(select(refused)))
    reason = SuppressionReason.MANUAL if is_refused else SuppressionReason.ERASED
    connection.execute(delete(suppression).where(is_mine))
    values = {"email_key": erased, "reason": reason, "since": now}
    connection.execute(insert(suppression).values(values))
    cancel_service_mails(connection, hashed, "forgotten")
    connection.execute(
        update(service_mail)
        .where(service_mail.c.email_hmac == hashed)
        .values(email=ERASED_EMAIL, wish={}, subscriber_id=None, detail=None)
    )


def _hash_rows(connection: Connection, key: str, hashed: str, where: Whereabouts) -> None:
    """Put the hash in place of the address key in what went to it and what was told of it."""
    gone = {"email_key": erased_key(hashed)}
    connection.execute(update(delivery).where(deliveries_to([key])).values(gone))
    told = and_(where.are_events(), provider_event.c.email_key == key)
    connection.execute(update(provider_event).where(told).values(gone))


def _wipe_consent(connection: Connection, hashes: Sequence[str], now: datetime) -> None:
    """Wipe what the events of consent hold about them, and write down that it was."""
    about_them = select(consent_event.c.id).where(consent_event.c.email_hmac.in_(hashes))
    connection.execute(delete(consent_personal).where(consent_personal.c.event_id.in_(about_them)))
    for hashed in hashes:
        new = NewConsent(kind=ConsentKind.FORGOTTEN, at=now, purpose=EVERY_PURPOSE, email_hmac=hashed)
        append(connection, new)
