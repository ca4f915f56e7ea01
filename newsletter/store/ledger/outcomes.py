"""Settling attempts: by the provider's answer, by evidence, by the operator's word, or by a death."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, select, update

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.delivery import BatchEvent, BatchState, transition
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.errors import Problem, StoreError
from newsletter.store.ledger.campaigns import close_pending, halt, note, reopen
from newsletter.store.ledger.rows import find_batch, find_campaign, read_batches
from newsletter.store.ledger.settling import BY_EVIDENCE, BY_SUBMISSION, Parted, part
from newsletter.store.schema.tables import attempt as attempt_table
from newsletter.store.schema.tables import batch as batch_table

__all__ = ["lose_orphans", "prove", "resolve", "settle"]

# Made once: to make these again for every batch takes longer than to run them.
_UNDER_WAY = select(attempt_table).where(
    attempt_table.c.batch_id == bindparam("batch"), attempt_table.c.number == bindparam("at")
)
_ENDED = (
    update(attempt_table)
    .where(attempt_table.c.key == bindparam("of"))
    .values(
        ended_at=bindparam("ended"),
        outcome=bindparam("came"),
        status=bindparam("answer"),
        detail=bindparam("said"),
    )
)


def settle(connection: Connection, attempt: Attempt, submission: Submission, now: datetime) -> None:
    """Write what became of an attempt, and halt its campaign when the answer says so.

    Raises StoreError when the attempt is not the one under way: its batch was settled otherwise.
    """
    row = connection.execute(_UNDER_WAY, {"batch": attempt.batch_id, "at": attempt.number}).first()
    current = find_batch(connection, attempt.batch_id)
    _check_under_way(attempt, row, current)
    parted = part(connection, current, submission, BY_SUBMISSION, now)
    ended = {
        "of": attempt.key,
        "ended": now,
        "came": next(iter(parted.kinds)) if len(parted.kinds) == 1 else "mixed",
        "answer": submission.outcome.status,
        "said": submission.outcome.detail or None,
    }
    connection.execute(_ENDED, ended)
    _after_settling(connection, current.campaign_id, parted)


def prove(connection: Connection, batch_id: int, submission: Submission, now: datetime) -> None:
    """Write what evidence says about an unknown batch; any other batch stays as it is.

    What is proven not sent waits to be sent again, and the campaign is opened for it.
    """
    current = find_batch(connection, batch_id)
    if current.state is not BatchState.UNKNOWN:
        return  # evidence may come twice, or after the operator decided
    parted = part(connection, current, submission, BY_EVIDENCE, now)
    if parted.kinds & {OutcomeKind.NOT_SENT, OutcomeKind.REJECTED}:
        _close_empty(connection, current.id)
        reopen(connection, current.campaign_id)
    close_pending(connection, current.campaign_id)


def resolve(connection: Connection, campaign_id: str, *, assume_sent: bool, now: datetime) -> int:
    """Write the operator's word on every unknown batch; return how many deliveries moved."""
    find_campaign(connection, campaign_id)
    unknown = read_batches(
        connection,
        select(batch_table).where(
            batch_table.c.campaign_id == campaign_id, batch_table.c.state == BatchState.UNKNOWN
        ),
    )
    event = BatchEvent.PROVE_ACCEPTED if assume_sent else BatchEvent.RELEASE
    word = "assumed sent" if assume_sent else "to be sent again, perhaps a second time"
    connection.execute(
        update(batch_table)
        .where(batch_table.c.campaign_id == campaign_id, batch_table.c.state == BatchState.UNKNOWN)
        .values(
            state=transition(BatchState.UNKNOWN, event),
            is_in_doubt=int(not assume_sent),
            not_before=None,
            detail=f"{word}, by the operator's choice on {now:%Y-%m-%d %H:%M} UTC",
        )
    )
    moved = sum(one.size for one in unknown)
    if unknown:
        note(connection, "resolve", campaign_id, f"{moved} unknown deliveries {word}")
        if not assume_sent:
            reopen(connection, campaign_id)
        close_pending(connection, campaign_id)
    return moved


def lose_orphans(connection: Connection, campaign_id: str) -> int:
    """Turn every submitting batch into unknown: whoever submitted it died before the answer was written."""
    orphans = select(batch_table.c.id).where(
        batch_table.c.campaign_id == campaign_id, batch_table.c.state == BatchState.SUBMITTING
    )
    connection.execute(
        update(attempt_table)
        .where(attempt_table.c.batch_id.in_(orphans), attempt_table.c.outcome.is_(None))
        .values(outcome="orphaned")
    )
    return connection.execute(
        update(batch_table)
        .where(batch_table.c.id.in_(orphans))
        .values(
            state=transition(BatchState.SUBMITTING, BatchEvent.LOSE),
            detail="the process ended before the answer was written down",
        )
    ).rowcount


def _check_under_way(attempt: Attempt, row: Row[tuple[object, ...]] | None, current: Batch) -> None:
    is_known = row is not None and row.key == attempt.key and row.outcome is None
    if is_known and current.state is BatchState.SUBMITTING and current.attempt == attempt.number:
        return
    raise StoreError(
        Problem(
            what=f"the answer to attempt {attempt.key} comes too late to be written down",
            why=f"its batch is {current.state} after {current.attempt} attempts: it was settled meanwhile",
            fix=f"see where everybody stands: newsletter status {current.campaign_id}",
        )
    )


def _after_settling(connection: Connection, campaign_id: str, parted: Parted) -> None:
    if parted.halt is not None:
        halt(connection, campaign_id, parted.halt.detail)
    if parted.kinds != {OutcomeKind.ACCEPTED}:
        close_pending(connection, campaign_id)


def _close_empty(connection: Connection, batch_id: int) -> None:
    """Close a batch that was put back to pending with nobody left in it."""
    current = find_batch(connection, batch_id)
    if current.state is BatchState.PENDING and current.size == 0:
        connection.execute(
            update(batch_table)
            .where(batch_table.c.id == batch_id)
            .values(state=transition(current.state, BatchEvent.CANCEL))
        )
