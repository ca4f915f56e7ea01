"""What the author answers: written down before it leaves, sent once, and kept with what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from newsletter.domain.answer import Answer
from newsletter.domain.campaign import Attempt
from newsletter.domain.delivery import BatchEvent, BatchState
from newsletter.domain.inbox import InboundState
from newsletter.domain.outcome import Outcome
from newsletter.protocols import Toll
from newsletter.store.database.database import Database
from newsletter.store.ledger import buckets
from newsletter.store.people.single_mails import SingleMails
from newsletter.store.schema.inbound import inbound, reply_answer
from newsletter.store.schema.tables import provider_event

__all__ = ["SqlReplyAnswers"]

_MAILS = SingleMails(reply_answer)


class SqlReplyAnswers:
    """The author's answers, on a database; the only writer of their states. Raises StoreError."""

    def __init__(self, database: Database) -> None:
        """Keep them in `database`."""
        self._database = database

    def runner(self) -> AbstractContextManager[None]:
        """Hold the right to send answers; raises AnotherRunner at once when another process has it."""
        return self._database.hold(".answer-lock", "answering a reader")

    def write(self, new: Answer) -> Answer:
        """Write down an answer that is to leave; one with the same key stays as it is, and is returned."""
        with self._database.writing() as connection:
            return _one(connection, reply_answer.c.key == new.key) or _write(connection, new)

    def write_beside(self, inbound_id: int, choose: Callable[[Sequence[Answer]], Answer]) -> Answer:
        """Write down what `choose` gives, of the answers a mail has; one of those stays, and is returned.

        Nobody writes another in between. What `choose` raises is passed on, and nothing is written.
        """
        with self._database.writing() as connection:
            chosen = choose(_of(connection, inbound_id))
            return chosen if chosen.id else _write(connection, chosen)

    def of(self, inbound_id: int) -> Sequence[Answer]:
        """Return the answers to a mail, the first one first."""
        with self._database.reading() as connection:
            return _of(connection, inbound_id)

    def get(self, number: int) -> Answer:
        """Return one answer, which has to be there."""
        with self._database.reading() as connection:
            found = _one(connection, reply_answer.c.id == number)
        assert found is not None, "answers are not removed while they are sent"
        return found

    def lose_orphans(self, now: datetime) -> None:
        """Turn what a dead process had under way into `unknown`. Only for the runner."""
        why = "the process ended before the answer"
        with self._database.writing() as connection:
            _MAILS.move(connection, BatchState.SUBMITTING, BatchEvent.LOSE, now, why)

    def prove_by_events(self, now: datetime) -> None:
        """Settle as accepted what a provider has told anything about."""
        with self._database.writing() as connection:
            unknown = connection.execute(
                select(reply_answer.c.id, reply_answer.c.message_id).where(
                    reply_answer.c.state == BatchState.UNKNOWN
                )
            ).all()
            for row in unknown:
                told = select(provider_event.c.id).where(
                    provider_event.c.delivery_id == row.message_id.partition(".")[0]
                )
                if connection.scalar(told.limit(1)) is not None:
                    why = "taken: the provider told what became of it"
                    _MAILS.move(
                        connection, BatchState.UNKNOWN, BatchEvent.PROVE_ACCEPTED, now, why, number=row.id
                    )
                    _mark_answered(connection, row.id)

    def intend(
        self, attempt: Attempt, provider: str, now: datetime, tolls: Sequence[Toll] = ()
    ) -> bool | datetime:
        """Commit that an answer is about to leave; the time to try again when a rate holds it back."""
        with self._database.writing() as connection:
            until = buckets.pay(connection, tolls, 1, now)
            if until is not None:
                return until
            return _MAILS.intend(connection, attempt, now, provider=provider)

    def settle(self, number: int, outcome: Outcome, now: datetime) -> BatchState:
        """Commit what became of it; the mail it answers is answered once it was taken."""
        with self._database.writing() as connection:
            state = _MAILS.settle(connection, number, outcome, now)
            if state is BatchState.ACCEPTED:
                _mark_answered(connection, number)
        return state

    def prove(self, number: int, outcome: Outcome, now: datetime) -> BatchState:
        """Settle an unknown one by what the provider could show."""
        with self._database.writing() as connection:
            state = _MAILS.prove(connection, number, outcome, now)
            if state is BatchState.ACCEPTED:
                _mark_answered(connection, number)
        return state

    def decide(self, number: int, event: BatchEvent, now: datetime, why: str) -> BatchState:
        """Settle one by the author's word: released, assumed taken, or not to be sent any more."""
        state = BatchState.PENDING if event is BatchEvent.CANCEL else BatchState.UNKNOWN
        with self._database.writing() as connection:
            to = _MAILS.move(connection, state, event, now, why, number=number)
            if to is BatchState.ACCEPTED:
                _mark_answered(connection, number)
        return to


_NEW = ("inbound_id", "key", "state", "message_id", "to_address", "subject", "body", "created_at")


def _mark_answered(connection: Connection, number: int) -> None:
    """Put the mail that an answer is to among the answered ones; asking to quote answers nothing."""
    row = connection.execute(
        select(reply_answer.c.inbound_id, reply_answer.c.key).where(reply_answer.c.id == number)
    ).one()
    if not row.key.startswith("answer:"):
        return
    connection.execute(
        update(inbound)
        .where(inbound.c.id == row.inbound_id, inbound.c.state.in_([InboundState.NEW, InboundState.READ]))
        .values(state=InboundState.ANSWERED)
    )


def _of(connection: Connection, inbound_id: int) -> Sequence[Answer]:
    query = select(reply_answer).where(reply_answer.c.inbound_id == inbound_id).order_by(reply_answer.c.id)
    return [_answer(row) for row in connection.execute(query)]


def _write(connection: Connection, new: Answer) -> Answer:
    values = {name: getattr(new, name) for name in _NEW}
    connection.execute(insert(reply_answer).values(values))
    written = _one(connection, reply_answer.c.key == new.key)
    assert written is not None, "it was written in this transaction"
    return written


def _one(connection: Connection, condition: Any) -> Answer | None:
    row = connection.execute(select(reply_answer).where(condition)).first()
    return _answer(row) if row is not None else None


def _answer(row: Row[Any]) -> Answer:
    return Answer(
        id=row.id,
        inbound_id=row.inbound_id,
        key=row.key,
        state=BatchState(row.state),
        message_id=row.message_id,
        to_address=row.to_address,
        subject=row.subject,
        body=row.body,
        created_at=row.created_at,
        attempt=row.attempt,
        attempt_key=row.attempt_key,
        body_digest=row.body_digest,
        started_at=row.started_at,
        ended_at=row.ended_at,
        provider=row.provider,
        detail=row.detail,
    )
