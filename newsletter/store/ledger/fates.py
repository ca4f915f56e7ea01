"""What became of every mail of a campaign: deliveries with the events about them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select
from sqlalchemy.sql.selectable import NamedFromClause

from newsletter.domain.delivery import DeliveryState
from newsletter.domain.fate import Fate
from newsletter.domain.provider_event import BounceClass, EventKind
from newsletter.store.schema.columns import UtcTime
from newsletter.store.schema.tables import attempt, batch, campaign, delivery, provider_event

__all__ = ["attempts_of_batches", "fates"]

_ROWS_AT_ONCE = 2000
_GRAVITY = {None: 1, BounceClass.SOFT: 2, BounceClass.BLOCKED: 3, BounceClass.HARD: 4}


def fates(connection: Connection, campaign_id: str) -> Iterator[Fate]:
    """Yield every delivery of a campaign in order, with what was told about it."""
    rows = connection.execute(_with_events(campaign_id))
    for _, about in groupby(rows, key=lambda row: row.id):
        yield _fate(list(about))


def _with_events(campaign_id: str) -> Select[tuple[object, ...]]:
    """Select a row for each event of each delivery, and one for a delivery without; ordered by delivery."""
    own, parents, taken_at = attempts_of_batches()
    return (
        select(
            delivery.c.id,
            delivery.c.email,
            func.coalesce(delivery.c.override, batch.c.state).label("state"),
            taken_at.label("taken_at"),
            provider_event.c.kind,
            provider_event.c.bounce,
            provider_event.c.status,
            func.coalesce(provider_event.c.reason, delivery.c.detail).label("reason"),
        )
        .select_from(batch)
        .join(campaign, campaign.c.id == batch.c.campaign_id)
        .join(delivery, delivery.c.batch_id == batch.c.id)
        .outerjoin(own, and_(own.c.batch_id == batch.c.id, own.c.number == batch.c.attempt))
        .outerjoin(parents, and_(parents.c.batch_id == batch.c.parent, parents.c.number == batch.c.attempt))
        .outerjoin(provider_event, provider_event.c.delivery_id == delivery.c.id)
        .where(batch.c.campaign_id == campaign_id)
        .order_by(batch.c.seq, delivery.c.position)
        .execution_options(yield_per=_ROWS_AT_ONCE)
    )


def attempts_of_batches() -> tuple[NamedFromClause[Any], NamedFromClause[Any], ColumnElement[Any]]:
    """Return the last attempt of a batch, that of the one it came from, and when the mail was taken.

    A batch that was split off was tried as part of the one it came from. Join both by outer joins.
    """
    own, parents = attempt.alias("own"), attempt.alias("parents")
    taken_at = func.coalesce(
        *(one.c[name] for one in (own, parents) for name in ("leaves_at", "ended_at", "started_at")),
        campaign.c.created_at,
        type_=UtcTime,
    )
    return own, parents, taken_at


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
