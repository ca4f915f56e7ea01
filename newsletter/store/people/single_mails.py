"""States of mails to one person, in any table: claimed before the last byte leaves, settled after.

A table of such mails has the columns state, attempt, attempt_key, body_digest, started_at, ended_at,
provider_id and detail. Every change goes through the transitions of a batch of one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, update

from newsletter.domain.campaign import Attempt
from newsletter.domain.delivery import BatchEvent, BatchState, transition
from newsletter.domain.outcome import Outcome, OutcomeKind

__all__ = ["SingleMails"]

_EVENTS = {
    OutcomeKind.ACCEPTED: BatchEvent.ACCEPT,
    OutcomeKind.NOT_SENT: BatchEvent.DEFER,
    OutcomeKind.HALT: BatchEvent.DEFER,
    OutcomeKind.REJECTED: BatchEvent.REJECT,
    OutcomeKind.UNKNOWN: BatchEvent.LOSE,
}
_PROOFS = {
    OutcomeKind.ACCEPTED: BatchEvent.PROVE_ACCEPTED,
    OutcomeKind.NOT_SENT: BatchEvent.PROVE_NOT_SENT,
}


class SingleMails:
    """Changes the states in one table; each method is part of the caller's transaction."""

    def __init__(self, table: Table) -> None:
        """Write in `table`."""
        self._table = table

    def intend(self, connection: Connection, attempt: Attempt, now: datetime, **more: Any) -> bool:
        """Write down that the mail `attempt.batch_id` is about to leave; False when it may not any more.

        `more` are columns to set beside.
        """
        table = self._table
        changed = connection.execute(
            update(table)
            .where(
                table.c.id == attempt.batch_id,
                table.c.state == BatchState.PENDING,
                table.c.attempt == attempt.number - 1,
            )
            .values(
                state=transition(BatchState.PENDING, BatchEvent.INTEND),
                attempt=attempt.number,
                attempt_key=attempt.key,
                body_digest=attempt.body_digest,
                started_at=now,
                **more,
            )
        )
        return changed.rowcount == 1

    def settle(
        self, connection: Connection, number: int, outcome: Outcome, now: datetime, **more: Any
    ) -> BatchState:
        """Write down what became of the attempt under way of mail `number`, and return its state then."""
        state = transition(BatchState.SUBMITTING, _EVENTS[outcome.kind])
        table = self._table
        connection.execute(
            update(table)
            .where(table.c.id == number, table.c.state == BatchState.SUBMITTING)
            .values(
                state=state,
                ended_at=now,
                provider_id=outcome.provider_id,
                detail=outcome.detail or None,
                **more,
            )
        )
        return state

    def prove(self, connection: Connection, number: int, outcome: Outcome, now: datetime) -> BatchState:
        """Settle the unknown mail `number` by what a provider could show; other outcomes prove nothing."""
        event = _PROOFS.get(outcome.kind)
        if event is None:
            return BatchState.UNKNOWN
        return self.move(connection, BatchState.UNKNOWN, event, now, outcome.detail or None, number=number)

    def move(
        self,
        connection: Connection,
        state: BatchState,
        event: BatchEvent,
        now: datetime,
        why: str | None,
        *,
        number: int | None = None,
    ) -> BatchState:
        """Let `event` happen to every mail in `state`, or to one of them; return the state after it."""
        table = self._table
        to = transition(state, event)
        statement = update(table).where(table.c.state == state)
        if number is not None:
            statement = statement.where(table.c.id == number)
        connection.execute(statement.values(state=to, ended_at=now, detail=why))
        return to
