"""The intent to submit: the last moment at which anybody can still be left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import Connection, Select, and_, bindparam, exists, insert, or_, select, update

from newsletter.domain.campaign import Attempt, Batch
from newsletter.domain.delivery import (
    BatchEvent,
    BatchState,
    CampaignState,
    DeliveryOverride,
    DeliveryState,
    transition,
)
from newsletter.domain.lease import Lease
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.domain.wave import may_leave
from newsletter.protocols import Intent, IntentRefused, LateSuppression, Toll, TooEarly, WaveShut
from newsletter.store.database.dialects import database_now
from newsletter.store.ledger import buckets, waves
from newsletter.store.schema.tables import attempt as attempt_table
from newsletter.store.schema.tables import batch as batch_table
from newsletter.store.schema.tables import campaign, delivery, subscriber, suppression, wave

__all__ = ["Undone", "intend"]

# Made once: to make these again for every batch takes longer than to run them.
_STANDS = (
    select(
        batch_table.c.state,
        batch_table.c.attempt,
        batch_table.c.size,
        batch_table.c.wave,
        exists().where(wave.c.campaign_id == batch_table.c.campaign_id).label("has_waves"),
        campaign.c.state.label("campaign_state"),
        campaign.c.statuses,
        exists().where(attempt_table.c.key == bindparam("attempt_key")).label("is_used"),
    )
    .join(campaign, campaign.c.id == batch_table.c.campaign_id)
    .where(batch_table.c.id == bindparam("batch"))
    .with_for_update(of=batch_table)  # from here to the end nobody else moves it, nor takes readers out
)
_other = subscriber.alias()


@lru_cache
def _left(mailable: tuple[str, ...]) -> Select[tuple[int]]:
    """Select the positions in a `batch` of readers who left; who has a status in `mailable` has not."""
    return (
        select(delivery.c.position)
        .outerjoin(
            subscriber,
            and_(subscriber.c.id == delivery.c.subscriber_id, subscriber.c.email_key == delivery.c.email_key),
        )
        .where(
            delivery.c.batch_id == bindparam("batch"),
            delivery.c.override.is_(None),
            or_(
                exists().where(suppression.c.email_key == delivery.c.email_key),
                and_(*(subscriber.c.status != status for status in mailable)),
                # The reader is not who was planned: another one has the address now, perhaps.
                and_(
                    subscriber.c.id.is_(None),
                    exists().where(
                        _other.c.email_key == delivery.c.email_key,
                        *(_other.c.status != status for status in mailable),
                    ),
                ),
            ),
        )
    )


_SUBMITTING = (
    update(batch_table)
    .where(
        batch_table.c.id == bindparam("batch"),
        batch_table.c.state == bindparam("was"),
        batch_table.c.attempt == bindparam("before"),
    )
    .values(
        state=bindparam("to"),
        attempt=bindparam("number"),
        not_before=None,
        detail=None,
        claimed_by=None,
        claimed_until=None,
    )
)
_ATTEMPT = insert(attempt_table)


def intend(
    connection: Connection,
    batch: Batch,
    attempt: Attempt,
    tolls: Sequence[Toll] = (),
    lease: Lease | None = None,
) -> Intent | LateSuppression | IntentRefused | WaveShut | TooEarly:
    """Write that `attempt` is about to submit `batch`, unless something speaks against it.

    With a `lease` the attempt is lost when that is over, rates are paid by the database's clock, and others
    do the same for other batches meanwhile. This one is held first, then the buckets. A cancel, a gate and
    a reader who leaves are written by transactions that are alone: each is seen here, or sees what this
    wrote. Raises Undone.
    """
    now = database_now(connection) if lease else attempt.started_at
    if lease and (closed := buckets.closed(connection, tolls, now)):
        return TooEarly(until=max(closed.values()))  # by far the most frequent where many wait for one rate
    stands = connection.execute(_STANDS, {"batch": batch.id, "attempt_key": attempt.key}).one()
    current = replace(batch, state=BatchState(stands.state), attempt=stands.attempt, size=stands.size)
    refusal = _refusal(CampaignState(stands.campaign_state), current, attempt)
    if refusal is None and stands.is_used:
        refusal = f"the attempt key {attempt.key} was used before"
    if refusal is None and lease and batch.size != current.size:
        refusal = "somebody else built it as well, and took readers out of it who left"
    if refusal:
        return IntentRefused(reason=refusal)
    if stands.has_waves and not may_leave(waves.find(connection, batch.campaign_id), stands.wave):
        return WaveShut()
    late = _left_meanwhile(connection, current, json.loads(stands.statuses))
    if late:
        _suppress(connection, current, late)
        return LateSuppression(positions=frozenset(late))
    if not _begin(connection, current, attempt):
        raise Undone(IntentRefused(reason="somebody else has the batch"))
    row = {
        "batch_id": attempt.batch_id,
        "number": attempt.number,
        "key": attempt.key,
        "body_digest": attempt.body_digest,
        "started_at": now,
        "fence": attempt.fence.id if attempt.fence else None,
        "leaves_at": attempt.fence.leaves_at if attempt.fence else None,
        "worker": lease.worker if lease else None,
        "lease_until": now + lease.length if lease else None,
    }
    connection.execute(_ATTEMPT, row)
    until = buckets.pay(connection, tolls, current.size, now)  # last: whoever pays next waits for our commit
    if until is not None:
        raise Undone(TooEarly(until=until))
    return Intent(attempt=attempt)


class Undone(Exception):
    """Something speaks against the intent that was written: nothing of this transaction may stay."""

    def __init__(self, answer: IntentRefused | TooEarly) -> None:
        """Undo the intent; `answer` is what is told instead."""
        super().__init__(answer)
        self.answer = answer


def _begin(connection: Connection, current: Batch, attempt: Attempt) -> bool:
    """Move the batch to `submitting`; False when somebody else was first."""
    moved = connection.execute(
        _SUBMITTING,
        {
            "batch": current.id,
            "was": current.state,
            "before": current.attempt,
            "to": transition(current.state, BatchEvent.INTEND),
            "number": attempt.number,
        },
    )
    return moved.rowcount == 1


def _refusal(state: CampaignState, current: Batch, attempt: Attempt) -> str | None:
    """Return why the batch may not be submitted, if so."""
    if state is not CampaignState.RUNNING:
        return f"the campaign is {state}"
    if current.state is not BatchState.PENDING:
        return f"the batch is {current.state}"
    if attempt.batch_id != current.id or attempt.number != current.attempt + 1:
        return f"the batch was tried {current.attempt} times, so this cannot be attempt {attempt.number}"
    return None


def _left_meanwhile(connection: Connection, current: Batch, chosen: list[str]) -> list[int]:
    """Return the positions of readers who may not be mailed any more.

    That is who is suppressed, and who is not active, save for the statuses `chosen` by the segment.
    """
    mailable = (SubscriberStatus.ACTIVE.value, *chosen)
    return list(connection.scalars(_left(mailable), {"batch": current.id}))


def _suppress(connection: Connection, current: Batch, positions: list[int]) -> None:
    """Mark readers who left; a batch with nobody left in it has nothing to submit and is closed."""
    connection.execute(
        update(delivery)
        .where(delivery.c.batch_id == current.id, delivery.c.position == bindparam("at"))
        .values(override=DeliveryOverride.SUPPRESSED, detail="left after the campaign was planned"),
        [{"at": position} for position in positions],
    )
    left = current.size - len(positions)
    state = current.state if left else transition(current.state, BatchEvent.CANCEL)
    connection.execute(
        update(batch_table).where(batch_table.c.id == current.id).values(size=left, state=state)
    )


assert {override.value for override in DeliveryOverride} <= {state.value for state in DeliveryState}
