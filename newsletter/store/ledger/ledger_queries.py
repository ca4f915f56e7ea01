"""What is asked of the ledger: named queries that only read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, exists, func, literal_column, or_, select

from newsletter.domain.campaign import DeliveryRow, Fence
from newsletter.domain.delivery import BatchState, DeliveryState
from newsletter.domain.outcome import OutcomeKind
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.store.database.dialects import grouped_text, json_array
from newsletter.store.schema.columns import json_objects
from newsletter.store.schema.tables import attempt, batch, campaign, delivery

__all__ = ["counts", "deliveries", "earliest", "ready", "recipients", "sent_since", "spent_fences"]

# Written into the statement, not bound: only then does SQLite see that the partial index fits.
_IS_PENDING = batch.c.state == literal_column(f"'{BatchState.PENDING.value}'")
_ROWS_AT_ONCE = 1000


_READY = (
    select(batch)
    .where(
        batch.c.campaign_id == bindparam("campaign"),
        _IS_PENDING,
        or_(batch.c.not_before.is_(None), batch.c.not_before <= bindparam("now")),
    )
    .order_by(batch.c.seq)
    .limit(1)
)


def ready(
    skip: Iterable[int], closed_lanes: Iterable[str] = (), closed_waves: Iterable[int] = ()
) -> Select[tuple[object, ...]]:
    """Select the first pending batch whose time has come: not in `skip`, nor of a closed lane or wave.

    Its parameters are `campaign`, an id, and `now`.
    """
    query = _READY
    left_out = list(skip)
    if left_out:
        query = query.where(batch.c.id.not_in(left_out))
    closed = list(closed_lanes)
    if closed:
        query = query.where(batch.c.lane.not_in(closed))
    shut = list(closed_waves)
    if shut:
        query = query.where(batch.c.wave.not_in(shut))
    return query


def earliest(connection: Connection, campaign_id: str, closed_waves: Iterable[int] = ()) -> datetime | None:
    """Return the earliest time of a pending batch; one without a time could go since the plan."""
    query = (
        select(func.min(func.coalesce(batch.c.not_before, campaign.c.created_at)))
        .join(campaign, campaign.c.id == batch.c.campaign_id)
        .where(batch.c.campaign_id == campaign_id, _IS_PENDING)
    )
    shut = list(closed_waves)
    return connection.scalar(query.where(batch.c.wave.not_in(shut)) if shut else query)


# One row of columns: to hand over a thousand rows takes half as long again.
_RECIPIENTS = select(
    json_array(delivery.c.position),
    json_array(delivery.c.id),
    json_array(delivery.c.email),
    grouped_text(delivery.c["values"], ","),
).where(delivery.c.batch_id == bindparam("batch"), delivery.c.override.is_(None))


def recipients(connection: Connection, batch_id: int) -> RecipientColumns:
    """Return the batch's deliveries without an override, in order of position; without their links."""
    *columns, values = connection.execute(_RECIPIENTS, {"batch": batch_id}).one()
    positions, delivery_ids, emails = map(json.loads, columns)
    objects = json_objects([values] if positions else [])
    found = RecipientColumns(positions, delivery_ids, emails, objects)
    # The columns are in one order, which is whatever the database found quickest.
    return found if positions == sorted(positions) else found.in_order()


def sent_since(connection: Connection, provider: str, moment: datetime) -> int:
    """Return the readers in batches of `provider` that were taken, or may have been, since `moment`."""
    taken = (BatchState.ACCEPTED, BatchState.SUBMITTING, BatchState.UNKNOWN)
    lately = exists().where(attempt.c.batch_id == batch.c.id, attempt.c.started_at >= moment)
    return (
        connection.scalar(
            select(func.sum(batch.c.size))
            .join(campaign, campaign.c.id == batch.c.campaign_id)
            .where(campaign.c.provider == provider, batch.c.state.in_(taken), lately)
        )
        or 0
    )


def spent_fences(connection: Connection, campaign_id: str) -> list[Fence]:
    """Return the fences of attempts that nobody answered, newest first and a hundred at most."""
    query = (
        select(attempt.c.fence, attempt.c.leaves_at)
        .join(batch, batch.c.id == attempt.c.batch_id)
        .where(
            batch.c.campaign_id == campaign_id,
            attempt.c.fence.is_not(None),
            attempt.c.outcome.in_((OutcomeKind.UNKNOWN, "orphaned")),
        )
        .order_by(attempt.c.leaves_at.desc())
        .limit(100)
    )
    return [Fence(id=row.fence, leaves_at=row.leaves_at) for row in connection.execute(query)]


def counts(connection: Connection, campaign_id: str) -> dict[DeliveryState, int]:
    """Return how many deliveries are in each state.

    A batch's `size` counts those without an override, so that no delivery but the overridden is read.
    """
    by_batch = (
        select(batch.c.state, func.sum(batch.c.size))
        .where(batch.c.campaign_id == campaign_id, batch.c.size > 0)
        .group_by(batch.c.state)
    )
    by_override = (
        select(delivery.c.override, func.count())
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(batch.c.campaign_id == campaign_id, delivery.c.override.is_not(None))
        .group_by(delivery.c.override)
    )
    found: dict[DeliveryState, int] = {}
    for state, number in connection.execute(by_batch.union_all(by_override)):
        found[DeliveryState(state)] = found.get(DeliveryState(state), 0) + number
    return found


def deliveries(connection: Connection, campaign_id: str) -> Iterator[DeliveryRow]:
    """Yield every delivery of a campaign, batch by batch."""
    query = (
        select(
            delivery.c.id,
            delivery.c.email,
            func.coalesce(delivery.c.override, batch.c.state),
            batch.c.attempt,
            func.coalesce(delivery.c.detail, batch.c.detail),
        )
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(batch.c.campaign_id == campaign_id)
        .order_by(batch.c.seq, delivery.c.position)  # as the indexes lie: nothing is sorted
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )
    with connection.execute(query) as rows:  # closed also when nobody reads to the end
        for delivery_id, email, state, attempts, detail in rows:
            yield DeliveryRow(
                delivery_id=delivery_id,
                email=email,
                state=DeliveryState(state),
                attempt=attempts,
                detail=detail,
            )
