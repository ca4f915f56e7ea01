"""Settling attempts: by the provider's answer, by evidence, by the operator's word, or by a death."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, or_, select, update

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.delivery import BatchEvent, BatchState, transition
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.errors import Problem, StoreError
from newsletter.store.database.dialects import database_now, may_others_write
from newsletter.store.ledger.campaigns import close_pending, halt, note, reopen
from newsletter.store.ledger.rows import find_batch, find_campaign, last_tried, read_batches
from newsletter.store.ledger.settling import BY_EVIDENCE, BY_SUBMISSION, Parted, part
from newsletter.store.schema.tables import attempt as attempt_table
from newsletter.store.schema.tables import batch as batch_table

__all__ = [
    "TOO_LATE",
    "UNDER_WAY",
    "begin_recall",
    "is_under_way",
    "lose_expired",
    "lose_of",
    "lose_orphans",
    "prove",
    "resolve",
    "settle",
    "settle_attempt",
    "take_evidence",
    "too_late",
    "write_down",
]

TOO_LATE = "came too late:"
"""Begins what is written beside an attempt whose answer came when it was given up already."""

_AT_ONCE = 500

# Made once: to make these again for every batch takes longer than to run them.
UNDER_WAY = select(attempt_table).where(
    attempt_table.c.batch_id == bindparam("batch"), attempt_table.c.number == bindparam("at")
)
"""Selects the attempt `at` (a number) of a `batch` (an id)."""

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
    row = connection.execute(UNDER_WAY, {"batch": attempt.batch_id, "at": attempt.number}).first()
    current = find_batch(connection, attempt.batch_id)
    if not is_under_way(attempt, row, current):
        raise too_late(attempt, current)
    settle_attempt(connection, current, attempt, submission, now)


def settle_attempt(
    connection: Connection, current: Batch, attempt: Attempt, submission: Submission, now: datetime
) -> None:
    """Write the answer to an attempt that is under way: its batch, the attempt, and its campaign."""
    parted = part(connection, current, submission, BY_SUBMISSION, now)
    write_down(connection, attempt, submission, parted, now)
    _after_settling(connection, current.campaign_id, parted)


def write_down(
    connection: Connection, attempt: Attempt, submission: Submission, parted: Parted | None, now: datetime
) -> None:
    """Write the answer beside the attempt; without `parted` it came too late to be the outcome."""
    outcome = "orphaned"
    if parted is not None:
        outcome = next(iter(parted.kinds)) if len(parted.kinds) == 1 else "mixed"
    said = submission.outcome.detail or None
    ended = {
        "of": attempt.key,
        "ended": now,
        "came": outcome,
        "answer": submission.outcome.status,
        "said": said if parted is not None else f"{TOO_LATE} {submission.outcome.kind} {said or ''}".rstrip(),
    }
    connection.execute(_ENDED, ended)


def prove(
    connection: Connection, batch_id: int, submission: Submission, now: datetime, key: str | None = None
) -> Submission | None:
    """Write what evidence says about an unknown batch; any other batch stays as it is.

    Return what of it counted; None when nothing did, as the batch has moved on.

    Evidence is about the attempt called `key`, if one is named: it says nothing once there is another.
    What is proven not sent waits to be sent again, and the campaign is opened for it. That nothing is there
    proves nothing while a worker that was given up may still be alive: only a call back does.
    """
    current = find_batch(connection, batch_id)
    if current.state is not BatchState.UNKNOWN:
        return None  # evidence may come twice, or after the operator decided
    newest = last_tried(connection, batch_id)
    if key is not None and newest is not None and newest.key != key:
        return None
    if newest is not None and newest.worker is not None and newest.outcome == "orphaned":
        submission = submission if newest.recalled_at is not None else _only_taken(submission)
    take_evidence(connection, current, submission, now)
    return submission


def begin_recall(connection: Connection, batch_id: int, key: str, now: datetime) -> bool:
    """Write down that an unknown attempt is about to be called back; False: there is nothing to call back.

    From here on an answer that comes late says nothing: the provider may have thrown away what it took.
    """
    newest = last_tried(connection, batch_id)
    if (
        find_batch(connection, batch_id).state is not BatchState.UNKNOWN
        or newest is None
        or newest.key != key
    ):
        return False
    connection.execute(update(attempt_table).where(attempt_table.c.key == key).values(recalled_at=now))
    return True


def _only_taken(submission: Submission) -> Submission:
    """Return what a submission says about who was accepted, and nothing about the others."""
    doubt = Outcome(kind=OutcomeKind.UNKNOWN, detail=submission.outcome.detail)
    said = (submission.outcome, submission.exceptions)
    outcome = said[0] if said[0].kind is OutcomeKind.ACCEPTED else doubt
    exceptions = {
        at: one if one.kind is OutcomeKind.ACCEPTED else replace(one, kind=OutcomeKind.UNKNOWN)
        for at, one in said[1].items()
    }
    return Submission(outcome=outcome, exceptions=exceptions)


def take_evidence(connection: Connection, current: Batch, submission: Submission, now: datetime) -> None:
    """Write what is proven about an unknown batch."""
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
    """Turn every submitting batch into unknown: whoever submitted it died before the answer was written.

    Where others may be at work those stay whose lease lasts.
    """
    if may_others_write(connection):
        return lose_expired(connection, campaign_id, even_unleased=True)
    orphans = select(batch_table.c.id).where(
        batch_table.c.campaign_id == campaign_id, batch_table.c.state == BatchState.SUBMITTING
    )
    return _lose(connection, list(connection.scalars(orphans)))


def lose_of(connection: Connection, workers: Collection[str]) -> int:
    """Turn submitting batches into unknown that `workers` have, who will never answer."""
    return _lose_where(connection, attempt_table.c.worker.in_(workers))


def lose_expired(
    connection: Connection, campaign_id: str | None = None, *, even_unleased: bool = False
) -> int:
    """Turn submitting batches into unknown whose lease is over, of one campaign or of all."""
    is_over: ColumnElement[bool] = attempt_table.c.lease_until < database_now(connection)
    if even_unleased:
        is_over = or_(is_over, attempt_table.c.lease_until.is_(None))
    if campaign_id is not None:
        is_over = and_(is_over, batch_table.c.campaign_id == campaign_id)
    return _lose_where(connection, is_over)


def _lose_where(connection: Connection, is_lost: ColumnElement[bool]) -> int:
    query = (
        select(batch_table.c.id)
        .join(
            attempt_table,
            and_(
                attempt_table.c.batch_id == batch_table.c.id,
                attempt_table.c.number == batch_table.c.attempt,
            ),
        )
        .where(
            batch_table.c.state == BatchState.SUBMITTING,
            attempt_table.c.outcome.is_(None),
            is_lost,
        )
        .order_by(batch_table.c.id)
        .with_for_update(skip_locked=True)  # an answer that is being written down is not lost
    )
    return _lose(connection, list(connection.scalars(query)))


def _lose(connection: Connection, batches: Sequence[int]) -> int:
    lost = list(batches)
    for start in range(0, len(lost), _AT_ONCE):
        some = lost[start : start + _AT_ONCE]
        connection.execute(
            update(attempt_table)
            .where(attempt_table.c.batch_id.in_(some), attempt_table.c.outcome.is_(None))
            .values(outcome="orphaned")
        )
        connection.execute(
            update(batch_table)
            .where(batch_table.c.id.in_(some))
            .values(
                state=transition(BatchState.SUBMITTING, BatchEvent.LOSE),
                detail="the process ended before the answer was written down",
            )
        )
    return len(lost)


def is_under_way(attempt: Attempt, row: Row[tuple[object, ...]] | None, current: Batch) -> bool:
    """Say whether an attempt, with its `row`, is what its batch is submitted by now."""
    is_known = row is not None and row.key == attempt.key and row.outcome is None
    return is_known and current.state is BatchState.SUBMITTING and current.attempt == attempt.number


def too_late(attempt: Attempt, current: Batch) -> StoreError:
    """Return the error for an answer to an attempt that is settled already."""
    return StoreError(
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
