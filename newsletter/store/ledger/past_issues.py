"""Which issues went out, and when the first reader got them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from newsletter.domain.delivery import BatchState
from newsletter.store.database.database import Database
from newsletter.store.schema.tables import attempt, batch, campaign, operator_log

__all__ = ["SentIssue", "sent_issues"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SentIssue:
    """An issue of which at least one letter was taken; `path` is relative to the project.

    `corrected` is when its letter was last corrected, None when it never was.
    """

    slug: str
    path: str
    first_sent: datetime
    corrected: datetime | None = None


def sent_issues(database: Database) -> list[SentIssue]:
    """Return the issues that went out, the latest first; of a corrected one the latest file."""
    first = (  # the first batch that was taken, by the index on campaign and number
        select(attempt.c.started_at)
        .join(batch, batch.c.id == attempt.c.batch_id)
        .where(batch.c.campaign_id == campaign.c.id, batch.c.state == BatchState.ACCEPTED)
        .order_by(batch.c.seq, attempt.c.number)
        .limit(1)
        .scalar_subquery()
    )
    corrected = (
        select(func.max(operator_log.c.at))
        .where(operator_log.c.campaign_id == campaign.c.id, operator_log.c.action == "correct")
        .scalar_subquery()
    )
    query = select(
        campaign.c.issue, campaign.c.issue_path, first.label("first_sent"), corrected.label("corrected")
    )
    found: dict[str, SentIssue] = {}
    with database.reading() as connection:
        for row in connection.execute(query.order_by(campaign.c.seq)):
            if row.first_sent is None:
                continue
            earlier = found.get(row.issue)
            found[row.issue] = SentIssue(
                slug=row.issue,
                path=row.issue_path,
                first_sent=min(row.first_sent, earlier.first_sent) if earlier else row.first_sent,
                corrected=max(filter(None, (row.corrected, earlier and earlier.corrected)), default=None),
            )
    return sorted(found.values(), key=lambda one: one.first_sent, reverse=True)
