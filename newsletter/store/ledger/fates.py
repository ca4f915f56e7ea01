"""What became of every mail of a campaign: deliveries with the events about them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select

from newsletter.domain.delivery import DeliveryState
from newsletter.domain.fate import Fate
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.domain.variant import split_key
from newsletter.store.schema.columns import UtcTime
from newsletter.store.schema.tables import attempt, batch, campaign, delivery, provider_event

__all__ = ["STATE", "TAKEN_AT", "fates", "told_of", "with_attempts"]

_ROWS_AT_ONCE = 2000
_GRAVITY = {None: 1, BounceClass.SOFT: 2, BounceClass.BLOCKED: 3, BounceClass.HARD: 4}

# The last attempt of a batch, and that of the one it was split from, as part of which it was tried.
_own, _parents = attempt.alias("own"), attempt.alias("parents")

TAKEN_AT: ColumnElement[Any] = func.coalesce(
    *(one.c[name] for one in (_own, _parents) for name in ("leaves_at", "ended_at", "started_at")),
    campaign.c.created_at,
    type_=UtcTime,
)
"""When the provider took a mail, or lets it leave; the query needs `with_attempts`."""

STATE: ColumnElement[str] = func.coalesce(delivery.c.override, batch.c.state)
"""The state of a delivery, a `DeliveryState`."""


def fates(connection: Connection, campaign_id: str) -> Iterator[Fate]:
    """Yield every delivery of a campaign in order, with what was told about it."""
    rows = connection.execute(_with_events(campaign_id))
    for _, about in groupby(rows, key=lambda row: row.id):
        yield _fate(list(about))


def _with_events(campaign_id: str) -> Select[tuple[object, ...]]:
    """Select a row for each event of each delivery, and one for a delivery without; ordered by delivery."""
    query = select(
        delivery.c.id,
        delivery.c.email,
        batch.c.variant,
        STATE.label("state"),
        TAKEN_AT.label("taken_at"),
        provider_event.c.kind,
        provider_event.c.bounce,
        provider_event.c.status,
        func.coalesce(provider_event.c.reason, delivery.c.detail).label("reason"),
    )
    ordered = told_of(query, campaign_id).order_by(batch.c.seq, delivery.c.position)
    return ordered.execution_options(yield_per=_ROWS_AT_ONCE)


def told_of(query: Select[Any], campaign_id: str) -> Select[Any]:
    """Let `query` select from the deliveries of a campaign, each with every event about it, or with none."""
    return (
        with_attempts(query.select_from(batch))
        .join(delivery, delivery.c.batch_id == batch.c.id)
        .outerjoin(provider_event, provider_event.c.delivery_id == delivery.c.id)
        .where(batch.c.campaign_id == campaign_id)
    )


def with_attempts(query: Select[Any]) -> Select[Any]:
    """Join what TAKEN_AT needs to a `query` from batches: their campaign and their attempts."""
    return (
        query.join(campaign, campaign.c.id == batch.c.campaign_id)
        .outerjoin(_own, and_(_own.c.batch_id == batch.c.id, _own.c.number == batch.c.attempt))
        .outerjoin(
            _parents, and_(_parents.c.batch_id == batch.c.parent, _parents.c.number == batch.c.attempt)
        )
    )


def _fate(rows: list[Row[tuple[object, ...]]]) -> Fate:
    first = rows[0]
    state = DeliveryState(first.state)
    kinds = frozenset(EventKind(row.kind) for row in rows if row.kind is not None)
    gravest = max(rows, key=_gravity)
    is_grave = _gravity(gravest) > 0
    return Fate(
        delivery_id=first.id,
        email=first.email,
        state=state,
        lang=split_key(first.variant)[0],
        accepted_at=first.taken_at if state is DeliveryState.ACCEPTED else None,
        kinds=kinds,
        bounce=BounceClass(gravest.bounce) if is_grave and gravest.bounce else None,
        status=gravest.status if is_grave else None,
        reason=gravest.reason if is_grave or not kinds else None,
    )


def _gravity(row: Row[tuple[object, ...]]) -> int:
    if row.kind == EventKind.BOUNCED:
        return 1 + _GRAVITY[BounceClass(row.bounce) if row.bounce else None]
    return 1 if row.kind == EventKind.DROPPED else 0
