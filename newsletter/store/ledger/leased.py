"""Answers to attempts that were made beside others: in time, or after the lease was over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, exists, select, update

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.delivery import BatchEvent, BatchState, transition
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.store.ledger.campaigns import halt, note
from newsletter.store.ledger.outcomes import (
    TOO_LATE,
    UNDER_WAY,
    is_under_way,
    settle_attempt,
    take_evidence,
    too_late,
    write_down,
)
from newsletter.store.ledger.rows import find_batch, hold_batch, read_batches
from newsletter.store.schema.tables import attempt as attempt_table
from newsletter.store.schema.tables import batch as batch_table

__all__ = ["is_simple", "settle", "settle_simply"]

_WHOLE = (OutcomeKind.ACCEPTED, OutcomeKind.NOT_SENT, OutcomeKind.UNKNOWN)
_TWICE = "an earlier attempt was taken as well: they may have it twice"


def is_simple(submission: Submission) -> bool:
    """Say whether an answer moves its own batch whole, and nothing else."""
    kinds = {submission.outcome.kind, *(one.kind for one in submission.exceptions.values())}
    return kinds == {OutcomeKind.ACCEPTED} or (not submission.exceptions and kinds <= {*_WHOLE})


def settle_simply(connection: Connection, attempt: Attempt, submission: Submission, now: datetime) -> bool:
    """Write a simple answer to an attempt under way, beside others who write.

    False: it is not under way any more, and nothing was written.
    """
    current = hold_batch(connection, attempt.batch_id)
    row = connection.execute(UNDER_WAY, {"batch": attempt.batch_id, "at": attempt.number}).first()
    if not is_under_way(attempt, row, current):
        return False
    settle_attempt(connection, current, attempt, submission, now)
    _remember(connection, attempt, submission)
    return True


def settle(connection: Connection, attempt: Attempt, submission: Submission, now: datetime) -> bool:
    """Write what became of an attempt; late, take it as evidence and return False. For who writes alone.

    A late answer moves who is unknown since, and who was released but not sent to again: who was taken is not
    sent to. Who was sent to again may have it twice, which is written down. It says nothing about an attempt
    that is being called back: what was accepted then is thrown away by the provider.
    Raises StoreError for an attempt that has its answer.
    """
    row = connection.execute(UNDER_WAY, {"batch": attempt.batch_id, "at": attempt.number}).first()
    current = find_batch(connection, attempt.batch_id)
    if is_under_way(attempt, row, current):
        settle_attempt(connection, current, attempt, submission, now)
        _remember(connection, attempt, submission)
        return True
    if row is None or row.key != attempt.key or row.outcome != "orphaned":
        raise too_late(attempt, current)  # an answer comes once
    write_down(connection, attempt, submission, None, now)
    if row.recalled_at is not None:
        return False
    if current.attempt > attempt.number:
        _tell_twice(connection, current, attempt, submission)
        return False
    for one in _homes(connection, current, attempt, submission):
        _take_late(connection, one, submission, now)
    if submission.outcome.kind is OutcomeKind.HALT and current.state is BatchState.UNKNOWN:
        halt(connection, current.campaign_id, submission.outcome.detail)
    return False


def _take_late(connection: Connection, home: Batch, submission: Submission, now: datetime) -> None:
    if home.state is BatchState.UNKNOWN:
        take_evidence(connection, home, submission, now)
    elif home.state is BatchState.PENDING and _has_taken(submission):
        doubted = transition(home.state, BatchEvent.DOUBT)
        connection.execute(update(batch_table).where(batch_table.c.id == home.id).values(state=doubted))
        current = find_batch(connection, home.id)
        take_evidence(connection, current, _others_wait(submission), now)


def _homes(connection: Connection, of: Batch, attempt: Attempt, submission: Submission) -> list[Batch]:
    """Return the batches that an answer to `attempt` is about: evidence may have parted them meanwhile.

    An answer that names readers by their places is about the first alone. Who was parted off earlier and
    tried by themselves since, as often by now, is in none of them.
    """
    was_tried = exists().where(
        attempt_table.c.batch_id == batch_table.c.id, attempt_table.c.number == attempt.number
    )
    homes = [of]
    parents = [] if submission.exceptions else [of.id]
    while parents:
        children = read_batches(
            connection,
            select(batch_table).where(
                batch_table.c.parent.in_(parents), batch_table.c.attempt == attempt.number, ~was_tried
            ),
        )
        homes += children
        parents = [one.id for one in children]
    return homes


def _has_taken(submission: Submission) -> bool:
    answers = (submission.outcome, *submission.exceptions.values())
    return any(one.kind is OutcomeKind.ACCEPTED for one in answers)


def _others_wait(submission: Submission) -> Submission:
    """Return what a submission says about who was taken; the others go on waiting to be sent to again."""
    answers = (submission.outcome, *submission.exceptions.values())
    outcome, *exceptions = (
        one
        if one.kind is OutcomeKind.ACCEPTED
        else replace(one, kind=OutcomeKind.NOT_SENT, retry_after_s=None)
        for one in answers
    )
    return Submission(outcome=outcome, exceptions=dict(zip(submission.exceptions, exceptions, strict=True)))


def _tell_twice(connection: Connection, current: Batch, attempt: Attempt, submission: Submission) -> None:
    """Write down that readers were sent to again who had been taken already."""
    if not _has_taken(submission):
        return
    said = f"batch {current.seq}: attempt {attempt.number} was taken after all; its readers may have it twice"
    note(connection, "late-answer", current.campaign_id, said)
    if current.state is BatchState.ACCEPTED:  # the answer to the later attempt may still have to come
        _mark_twice(connection, current.id)


def _remember(connection: Connection, attempt: Attempt, submission: Submission) -> None:
    """Mark a batch as perhaps mailed twice when an earlier attempt was taken, by a late answer."""
    if attempt.number == 1 or not _has_taken(submission):
        return
    earlier = exists().where(
        attempt_table.c.batch_id == attempt.batch_id,
        attempt_table.c.number < attempt.number,
        attempt_table.c.recalled_at.is_(None),
        attempt_table.c.detail.startswith(f"{TOO_LATE} {OutcomeKind.ACCEPTED}"),
    )
    if connection.scalar(select(earlier)):
        _mark_twice(connection, attempt.batch_id)


def _mark_twice(connection: Connection, batch_id: int) -> None:
    connection.execute(update(batch_table).where(batch_table.c.id == batch_id).values(detail=_TWICE))
