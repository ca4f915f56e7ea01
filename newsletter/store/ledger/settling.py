"""What became of a batch: how its deliveries part when one answer does not fit them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, insert, select, update

from newsletter.domain.campaign import Batch
from newsletter.domain.delivery import BatchEvent, BatchState, DeliveryOverride, transition
from newsletter.domain.outcome import Outcome, OutcomeKind, Submission
from newsletter.store.database.dialects import numbered
from newsletter.store.schema.tables import batch, delivery

__all__ = ["BY_EVIDENCE", "BY_SUBMISSION", "Parted", "part"]

BY_SUBMISSION: Mapping[OutcomeKind, BatchEvent | None] = {
    OutcomeKind.ACCEPTED: BatchEvent.ACCEPT,
    OutcomeKind.UNKNOWN: BatchEvent.LOSE,
    OutcomeKind.NOT_SENT: BatchEvent.DEFER,
    OutcomeKind.HALT: BatchEvent.DEFER,
    OutcomeKind.REJECTED: BatchEvent.REJECT,
}
"""What an answer of the provider does to a batch that is submitting."""

BY_EVIDENCE: Mapping[OutcomeKind, BatchEvent | None] = {
    OutcomeKind.ACCEPTED: BatchEvent.PROVE_ACCEPTED,
    OutcomeKind.UNKNOWN: None,  # nothing is proven: it stays unknown
    OutcomeKind.HALT: None,
    OutcomeKind.NOT_SENT: BatchEvent.PROVE_NOT_SENT,
    OutcomeKind.REJECTED: BatchEvent.PROVE_NOT_SENT,
}
"""What evidence does to a batch that is unknown."""

_WRITTEN = (
    update(batch)
    .where(batch.c.id == bindparam("batch"))
    .values(
        state=bindparam("to"),
        size=bindparam("left"),
        not_before=bindparam("time"),
        provider_id=bindparam("taken_as"),
        detail=bindparam("said"),
    )
)

# Who stays in the batch when its deliveries part: the first of these that anybody has.
_STAYING = (OutcomeKind.ACCEPTED, OutcomeKind.UNKNOWN, OutcomeKind.NOT_SENT)


@dataclass(frozen=True, slots=True)
class Parted:
    """What parting a batch came to: the kinds met, and the answer that halts the campaign, if any."""

    kinds: frozenset[OutcomeKind]
    halt: Outcome | None


@dataclass(slots=True)
class _Parts:
    """The positions of a batch by what became of them; `refused` were refused as a whole, by no name."""

    groups: dict[OutcomeKind, list[int]] = field(default_factory=dict)
    named: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)


def part(
    connection: Connection,
    of: Batch,
    submission: Submission,
    events: Mapping[OutcomeKind, BatchEvent | None],
    now: datetime,
) -> Parted:
    """Write what `submission` says about every delivery of the batch `of`, splitting it where needed.

    Accepted ones stay; if there are none, unknown ones do; else those to be sent again. The others move to
    child batches. Rejected ones get an override. A batch refused whole is halved until one is left.
    """
    if not submission.exceptions and submission.outcome.kind is not OutcomeKind.REJECTED:
        # By far the most frequent, and it touches no delivery.
        kind = submission.outcome.kind
        state = _after(of.state, events[kind])
        _write_batch(connection, of, state, of.size, submission.outcome, now)
        return Parted(frozenset({kind}), submission.outcome if kind is OutcomeKind.HALT else None)
    answers = (submission.outcome, *submission.exceptions.values())
    if all(answer.kind is OutcomeKind.ACCEPTED for answer in answers):
        # As frequent where every message gets an answer of its own.
        _keep_provider_ids(connection, of, list(submission.exceptions), submission)
        state = _after(of.state, events[OutcomeKind.ACCEPTED])
        _write_batch(connection, of, state, of.size, submission.outcome, now)
        return Parted(frozenset({OutcomeKind.ACCEPTED}), None)
    positions = connection.scalars(
        select(delivery.c.position)
        .where(delivery.c.batch_id == of.id, delivery.c.override.is_(None))
        .order_by(delivery.c.position)
    ).all()
    parts = _sort(positions, submission)
    _reject(connection, of, parts.named, submission)
    _keep_provider_ids(connection, of, parts.groups.get(OutcomeKind.ACCEPTED, []), submission)
    if parts.refused:
        _halve(connection, of, parts.refused, submission.outcome, events, now)
    else:
        _divide(connection, of, parts, submission, events, now)
    kinds = frozenset(submission.of(position).kind for position in positions)
    halts = [submission.of(p) for p in positions if submission.of(p).kind is OutcomeKind.HALT]
    return Parted(kinds, halts[0] if halts else None)


def _after(state: BatchState, event: BatchEvent | None) -> BatchState:
    return transition(state, event) if event is not None else state


def _sort(positions: Sequence[int], submission: Submission) -> _Parts:
    parts = _Parts()
    rejected: list[int] = []
    for position in positions:
        kind = submission.of(position).kind
        if kind is OutcomeKind.REJECTED:
            rejected.append(position)
        else:
            home = OutcomeKind.NOT_SENT if kind is OutcomeKind.HALT else kind
            parts.groups.setdefault(home, []).append(position)
    if parts.groups:
        parts.named = rejected
        return parts
    # Everybody was rejected. Who is named is meant; the others were refused together, and one among them
    # may be the cause: halve them to find it.
    parts.refused = [position for position in rejected if position not in submission.exceptions]
    parts.named = [position for position in rejected if position in submission.exceptions]
    if len(parts.refused) == 1:
        parts.named += parts.refused
        parts.refused = []
    return parts


def _divide(
    connection: Connection,
    of: Batch,
    parts: _Parts,
    submission: Submission,
    events: Mapping[OutcomeKind, BatchEvent | None],
    now: datetime,
) -> None:
    staying = next((kind for kind in _STAYING if kind in parts.groups), None)
    for kind, positions in parts.groups.items():
        if kind is not staying:
            outcome = _strictest([submission.of(position) for position in positions])
            _move(connection, of, positions, _after(of.state, events[kind]), outcome, now)
    if staying is None:
        last = submission.of(parts.named[-1]) if parts.named else submission.outcome
        _write_batch(connection, of, _after(of.state, events[OutcomeKind.REJECTED]), 0, last, now)
        return
    stay = parts.groups[staying]
    outcome = _strictest([submission.of(position) for position in stay])
    _write_batch(connection, of, _after(of.state, events[staying]), len(stay), outcome, now)


def _halve(
    connection: Connection,
    of: Batch,
    refused: Sequence[int],
    outcome: Outcome,
    events: Mapping[OutcomeKind, BatchEvent | None],
    now: datetime,
) -> None:
    again = events[OutcomeKind.NOT_SENT]
    middle = (len(refused) + 1) // 2
    for half in (refused[:middle], refused[middle:]):
        _move(connection, of, half, _after(of.state, again), outcome, now)
    _write_batch(connection, of, transition(of.state, BatchEvent.SPLIT), 0, outcome, now)


def _strictest(outcomes: Sequence[Outcome]) -> Outcome:
    """Return the outcome that speaks for all: the one to wait longest for, else the first."""
    return max(outcomes, key=lambda outcome: outcome.retry_after_s or 0.0)


def _write_batch(
    connection: Connection, of: Batch, state: BatchState, size: int, outcome: Outcome, now: datetime
) -> None:
    written = {
        "batch": of.id,
        "to": state,
        "left": size,
        "time": _not_before(state, outcome, now),
        "taken_as": outcome.provider_id if state is BatchState.ACCEPTED else None,
        "said": outcome.detail or None,
    }
    connection.execute(_WRITTEN, written)


def _not_before(state: BatchState, outcome: Outcome, now: datetime) -> datetime | None:
    if state is not BatchState.PENDING or not outcome.retry_after_s:
        return None
    return now + timedelta(seconds=outcome.retry_after_s)


def _move(
    connection: Connection,
    of: Batch,
    positions: Sequence[int],
    state: BatchState,
    outcome: Outcome,
    now: datetime,
) -> None:
    """Move deliveries to a new batch at the end of the campaign; it keeps the count of attempts made."""
    parent = batch.alias()
    last = select(func.max(batch.c.seq)).where(batch.c.campaign_id == of.campaign_id).scalar_subquery()
    child = connection.execute(
        insert(batch).values(
            campaign_id=of.campaign_id,
            seq=last + 1,
            parent=of.id,
            state=state,
            size=len(positions),
            attempt=of.attempt,
            variant=of.variant,
            wave=of.wave,
            lane=of.lane,
            not_after=of.not_after,
            is_in_doubt=select(parent.c.is_in_doubt).where(parent.c.id == of.id).scalar_subquery(),
            not_before=_not_before(state, outcome, now),
            detail=outcome.detail or None,
        )
    ).inserted_primary_key
    assert child is not None
    connection.execute(
        update(delivery)
        .where(delivery.c.batch_id == of.id, delivery.c.position == bindparam("old"))
        .values(batch_id=child[0], position=bindparam("new")),
        [{"old": old, "new": new} for new, old in enumerate(positions)],
    )


def _reject(connection: Connection, of: Batch, positions: Sequence[int], submission: Submission) -> None:
    if positions:
        connection.execute(
            update(delivery)
            .where(delivery.c.batch_id == of.id, delivery.c.position == bindparam("at"))
            .values(override=DeliveryOverride.REJECTED, detail=bindparam("why")),
            [{"at": position, "why": submission.of(position).detail or None} for position in positions],
        )


def _keep_provider_ids(
    connection: Connection, of: Batch, positions: Sequence[int], submission: Submission
) -> None:
    """Keep the id a provider gave one message, where it is not the whole batch's."""
    own = {p: submission.of(p).provider_id for p in positions if p in submission.exceptions}
    if own:
        # One statement: a step of the driver gives the interpreter away, to the threads that send.
        given = numbered([own.get(position) for position in range(max(own) + 1)])
        connection.execute(
            update(delivery)
            .where(
                delivery.c.batch_id == of.id,
                delivery.c.position == given.c.key,
                given.c.value.is_not(None),
            )
            .values(provider_id=given.c.value)
        )
