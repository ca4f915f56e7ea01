"""From a row of the ledger to the domain's campaign, batch and attempt, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Row, Select, bindparam, select

from newsletter.domain.campaign import Attempt, Batch, Campaign, Digests, Fence
from newsletter.domain.delivery import BatchState, CampaignState
from newsletter.errors import Problem, UsageError
from newsletter.store.ledger.timings import read_timing
from newsletter.store.schema.tables import attempt, batch, campaign

__all__ = [
    "find_batch",
    "find_campaign",
    "hold_batch",
    "last_attempt",
    "last_tried",
    "read_batches",
    "read_campaigns",
]

_BATCH = select(batch).where(batch.c.id == bindparam("batch"))
_HELD = _BATCH.with_for_update()


def find_campaign(connection: Connection, campaign_id: str) -> Campaign:
    """Return the planned campaign of that id. Raises UsageError when there is none."""
    found = read_campaigns(connection, select(campaign).where(campaign.c.id == campaign_id))
    if not found:
        raise UsageError(
            Problem(what=f'there is no campaign "{campaign_id}"', fix="list them with: newsletter status")
        )
    return found[0]


def hold_batch(connection: Connection, batch_id: int) -> Batch:
    """Return the batch of that id, and let nobody else change it before this transaction ends."""
    return _only(batch_id, read_batches(connection, _HELD, {"batch": batch_id}))


def find_batch(connection: Connection, batch_id: int) -> Batch:
    """Return the batch of that id. Raises UsageError when there is none."""
    return _only(batch_id, read_batches(connection, _BATCH, {"batch": batch_id}))


def _only(batch_id: int, found: list[Batch]) -> Batch:
    if not found:
        raise UsageError(f"there is no batch {batch_id}")
    return found[0]


def read_campaigns(connection: Connection, query: Select[tuple[object, ...]]) -> list[Campaign]:
    """Return the campaigns `query` selects; a plan that is not finished does not exist for anybody."""
    return [_campaign(row) for row in connection.execute(query.where(campaign.c.is_planned == 1))]


def read_batches(
    connection: Connection, query: Select[tuple[object, ...]], values: Mapping[str, object] | None = None
) -> list[Batch]:
    """Return the batches `query` selects, with `values` for its parameters."""
    return [
        Batch(
            id=row.id,
            campaign_id=row.campaign_id,
            seq=row.seq,
            state=BatchState(row.state),
            size=row.size,
            attempt=row.attempt,
            not_before=row.not_before,
            variant=row.variant,
            wave=row.wave,
            lane=row.lane,
            not_after=row.not_after,
        )
        for row in connection.execute(query, values)
    ]


def last_attempt(connection: Connection, batch_id: int) -> Attempt | None:
    """Return the newest attempt of a batch; a batch split off before it was tried has its parent's."""
    row = last_tried(connection, batch_id)
    return _attempt(row) if row is not None else None


def last_tried(connection: Connection, batch_id: int) -> Row[tuple[object, ...]] | None:
    """Return the row of what `last_attempt` returns."""
    current: int | None = batch_id
    while current is not None:
        row = connection.execute(
            select(attempt).where(attempt.c.batch_id == current).order_by(attempt.c.number.desc()).limit(1)
        ).first()
        if row is not None:
            return row
        current = connection.scalar(select(batch.c.parent).where(batch.c.id == current))
    return None


def _campaign(row: Row[tuple[object, ...]]) -> Campaign:
    not_before: datetime | None = row.not_before
    return Campaign(
        id=row.id,
        issue=row.issue,
        issue_path=row.issue_path,
        segment=row.segment,
        provider=row.provider,
        sender=row.sender,
        digests=Digests(
            content=row.content_digest,
            template=row.template_digest,
            config=row.config_digest,
            audience=row.audience_digest,
        ),
        state=CampaignState(row.state),
        total=row.total,
        created_at=row.created_at,
        not_before=not_before,
        reason=row.reason,
        variants=tuple(json.loads(row.variants)),
        corrects=row.corrects,
        timing=read_timing(row.plan),
    )


def _attempt(row: Row[tuple[object, ...]]) -> Attempt:
    return Attempt(
        batch_id=row.batch_id,
        number=row.number,
        key=row.key,
        body_digest=row.body_digest,
        started_at=row.started_at,
        fence=Fence(id=row.fence, leaves_at=row.leaves_at) if row.fence else None,
    )
