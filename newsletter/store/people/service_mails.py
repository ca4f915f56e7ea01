"""The queue of mails to one person: claimed before the last byte leaves, and settled after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, or_, select, update

from newsletter.domain.address import address_key
from newsletter.domain.campaign import Attempt
from newsletter.domain.consent import Wording
from newsletter.domain.delivery import BatchEvent, BatchState, transition
from newsletter.domain.outcome import Outcome, OutcomeKind
from newsletter.domain.person_hash import ERASED_EMAIL
from newsletter.domain.service_mail import ServiceKind, ServiceMail
from newsletter.domain.subscriber import SubscriberStatus, SuppressionReason
from newsletter.protocols import Toll
from newsletter.store.database.database import Database
from newsletter.store.ledger import buckets
from newsletter.store.people.consent import keep_wording
from newsletter.store.people.single_mails import SingleMails
from newsletter.store.schema.tables import provider_event, service_mail, subscriber, suppression

__all__ = ["SqlServiceMails"]

_FIRST_WAIT = timedelta(minutes=1)
_OPEN = (BatchState.PENDING, BatchState.SUBMITTING, BatchState.UNKNOWN)
_LONGEST_WAIT = timedelta(hours=1)
_MAILS = SingleMails(service_mail)


class SqlServiceMails:
    """Service mails, on a database; the only writer of their states beside who queues them."""

    def __init__(self, database: Database) -> None:
        """Keep the queue in `database`."""
        self._database = database

    def runner(self) -> AbstractContextManager[None]:
        """Hold the right to send; raises AnotherRunner at once when another process has it."""
        return self._database.hold(".post-lock", "sending confirmations")

    def lose_orphans(self, now: datetime) -> int:
        """Turn what a dead process had under way into `unknown`; return how many. Only for the runner."""
        return self._move(BatchState.SUBMITTING, BatchEvent.LOSE, now, "the process ended before the answer")

    def drop_expired(self, now: datetime) -> int:
        """Cancel what waits for longer than its link would hold; return how many."""
        with self._database.writing() as connection:
            late = [
                one.id
                for one in _read(connection, _select(BatchState.PENDING))
                if one.expires <= now or not _is_wanted(connection, one)
            ]
            to = transition(BatchState.PENDING, BatchEvent.CANCEL)
            connection.execute(
                update(service_mail)
                .where(service_mail.c.id.in_(late), service_mail.c.state == BatchState.PENDING)
                .values(state=to, ended_at=now, detail="nobody waits for it any more")
            )
        return len(late)

    def prove_by_events(self, now: datetime) -> int:
        """Settle as accepted what a provider has told anything about; return how many."""
        told = exists().where(provider_event.c.delivery_id == service_mail.c.delivery_id)
        to = transition(BatchState.UNKNOWN, BatchEvent.PROVE_ACCEPTED)
        with self._database.writing() as connection:
            proven = connection.execute(
                update(service_mail)
                .where(service_mail.c.state == BatchState.UNKNOWN, told)
                .values(state=to, ended_at=now, detail="taken: the provider told what became of it")
            )
        return proven.rowcount

    def waiting(self, now: datetime, most: int) -> Sequence[ServiceMail]:
        """Return what may be sent now, oldest first."""
        its_time = or_(service_mail.c.not_before.is_(None), service_mail.c.not_before <= now)
        query = _select(BatchState.PENDING).where(its_time).order_by(service_mail.c.id).limit(most)
        with self._database.reading() as connection:
            return _read(connection, query)

    def unknown(self, most: int) -> Sequence[ServiceMail]:
        """Return what nobody knows the outcome of, oldest first."""
        query = _select(BatchState.UNKNOWN).order_by(service_mail.c.id).limit(most)
        with self._database.reading() as connection:
            return _read(connection, query)

    def intend(
        self, mail: ServiceMail, wording: Wording, now: datetime, tolls: Sequence[Toll] = ()
    ) -> bool | datetime:
        """Commit that `mail`, with the attempt it is given, is about to leave with the text `wording`.

        Unless nobody waits for it any more: then it is cancelled. Return True when it may leave, False when
        not, and the time to try again when a rate holds it back.
        """
        with self._database.writing() as connection:
            current = _read(connection, _select(BatchState.PENDING).where(service_mail.c.id == mail.id))
            if not current or current[0].attempt != mail.attempt - 1:
                return False
            if not _is_wanted(connection, mail):
                state = transition(BatchState.PENDING, BatchEvent.CANCEL)
                values: dict[str, Any] = {"state": state, "ended_at": now, "detail": "nobody waits for it"}
                connection.execute(update(service_mail).where(service_mail.c.id == mail.id).values(values))
                return False
            until = buckets.pay(connection, tolls, 1, now)
            if until is not None:
                return until
            _MAILS.intend(
                connection, _attempt(mail, now), now, not_before=None, wording_digest=wording.digest
            )
            keep_wording(connection, wording)
        return True

    def settle(self, mail: ServiceMail, outcome: Outcome, now: datetime) -> BatchState:
        """Commit what became of the attempt; what provably did not leave waits longer each time."""
        later = None
        if outcome.kind in (OutcomeKind.NOT_SENT, OutcomeKind.HALT):
            wait = min(_FIRST_WAIT * 2 ** min(mail.attempt, 10), _LONGEST_WAIT)
            later = now + max(wait, timedelta(seconds=min(outcome.retry_after_s or 0.0, 86_400.0)))
        with self._database.writing() as connection:
            return _MAILS.settle(connection, mail.id, outcome, now, not_before=later)

    def prove(self, mail: ServiceMail, outcome: Outcome, now: datetime) -> None:
        """Settle an unknown mail by what the provider could show; other outcomes prove nothing."""
        with self._database.writing() as connection:
            _MAILS.prove(connection, mail.id, outcome, now)

    def address(self, nonce: str, kind: ServiceKind | None = None) -> str | None:
        """Return where the mail with that nonce, of that kind, went; None when nobody knows (any more)."""
        query = select(service_mail.c.email).where(
            service_mail.c.nonce == nonce, service_mail.c.email != ERASED_EMAIL
        )
        if kind is not None:
            query = query.where(service_mail.c.kind == kind)
        with self._database.reading() as connection:
            found: str | None = connection.scalar(query)
            return found

    def is_busy(self) -> bool:
        """Say whether any mail waits, is under way, or nobody knows of."""
        some = exists().where(service_mail.c.state.in_(_OPEN))
        with self._database.reading() as connection:
            return bool(connection.scalar(select(some)))

    def counts(self) -> Mapping[BatchState, int]:
        """Return how many mails are in each state (absent: none)."""
        with self._database.reading() as connection:
            states = connection.scalars(select(service_mail.c.state))
            return Counter(BatchState(state) for state in states)

    def _move(self, state: BatchState, event: BatchEvent, now: datetime, why: str) -> int:
        with self._database.writing() as connection:
            moved = connection.execute(
                update(service_mail)
                .where(service_mail.c.state == state)
                .values(state=transition(state, event), ended_at=now, detail=why)
            )
        return moved.rowcount


def _attempt(mail: ServiceMail, now: datetime) -> Attempt:
    assert mail.attempt_key is not None, "what leaves has a key"
    assert mail.body_digest is not None, "what leaves has been built"
    return Attempt(
        batch_id=mail.id,
        number=mail.attempt,
        key=mail.attempt_key,
        body_digest=mail.body_digest,
        started_at=now,
    )


def _is_wanted(connection: Connection, mail: ServiceMail) -> bool:
    """Say whether somebody still waits for `mail`: not forgotten, not on the list yet, not barred."""
    if mail.email == ERASED_EMAIL or _refuses(connection, address_key(mail.email)):
        return False
    query = select(subscriber.c.status, subscriber.c.email_key).where(subscriber.c.id == mail.subscriber_id)
    row = connection.execute(query).first()
    if mail.kind is ServiceKind.RIGHTS:
        return mail.subscriber_id is None or (row is not None and row.status != SubscriberStatus.ERASED)
    if row is None or row.status in (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED):
        return False
    return not _refuses(connection, row.email_key)


def _refuses(connection: Connection, key: str) -> bool:
    barred = (suppression.c.email_key == key, suppression.c.reason == SuppressionReason.MANUAL)
    return bool(connection.scalar(select(exists().where(*barred))))


def _select(state: BatchState) -> Select[Any]:
    return select(service_mail).where(service_mail.c.state == state)


def _read(connection: Connection, query: Select[Any]) -> list[ServiceMail]:
    return [_mail(row) for row in connection.execute(query)]


def _mail(row: Row[Any]) -> ServiceMail:
    return ServiceMail(
        id=row.id,
        kind=ServiceKind(row.kind),
        state=BatchState(row.state),
        subscriber_id=row.subscriber_id,
        email=row.email,
        lang=row.lang,
        delivery_id=row.delivery_id,
        nonce=row.nonce,
        created_at=row.created_at,
        attempt=row.attempt,
        attempt_key=row.attempt_key,
        body_digest=row.body_digest,
        started_at=row.started_at,
        detail=row.detail,
    )
