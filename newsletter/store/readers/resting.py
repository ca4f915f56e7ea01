"""Who wants few letters and had one of late: they rest, whatever the segment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, exists, false, func, not_, or_, select

from newsletter.audience.expression import Compare, Expression, Operator
from newsletter.domain.delivery import BatchState
from newsletter.domain.preferences import FREQUENCY_FIELD, Frequency, Rest
from newsletter.store.database.database import Database
from newsletter.store.ledger.mailable import is_taken
from newsletter.store.readers.segment_values import Condition
from newsletter.store.readers.selecting import Selector, selecting
from newsletter.store.schema.tables import batch, campaign, delivery, subscriber

__all__ = ["SqlResting", "rested"]

_WANTS_FEW = Compare(FREQUENCY_FIELD, Operator.EQUAL, str(Frequency.SELDOM))


class SqlResting:
    """Questions about readers who rest, on a database."""

    def __init__(self, database: Database) -> None:
        """Ask `database`."""
        self._database = database

    def count(self, expression: Expression, rest: Rest) -> int:
        """Return how many of those who would be mailed rest; who has the issue already is no longer asked."""
        with selecting(self._database) as selector:
            resting = and_(selector.mailable(expression), rested(selector, rest))
            query = select(func.count()).select_from(subscriber).where(resting)
            return (
                selector.connection.scalar(query.where(not_(is_taken(rest.issue, subscriber.c.email_key))))
                or 0
            )

    def letter(self, email_key: str, rest: Rest) -> tuple[str, datetime] | None:
        """Return the letter a reader rests from, its slug and when it began to go out; None when none."""
        with self._database.reading() as connection:
            had = _letters(connection, rest)
            query = (
                select(delivery.c.issue)
                .join(batch, batch.c.id == delivery.c.batch_id)
                .where(delivery.c.email_key == email_key, delivery.c.issue.in_(had))
                .where(or_(batch.c.state != BatchState.CANCELLED, delivery.c.override.is_not(None)))
            )
            found = list(connection.scalars(query)) if had else []
        latest = max(found, key=had.__getitem__, default=None)
        return (latest, had[latest]) if latest is not None else None


def rested(selector: Selector, rest: Rest) -> Condition:
    """Return the condition that a reader wants few letters and has, or is about to get, another of late."""
    had = _letters(selector.connection, rest)
    if not had:
        return false()
    wants_few = selector.holds(_WANTS_FEW)
    return and_(wants_few, or_(*(is_taken(issue, subscriber.c.email_key) for issue in had)))


def _letters(connection: Connection, rest: Rest) -> Mapping[str, datetime]:
    """Return the other letters of that time: slugs, each with when the newest campaign of it begins."""
    query = select(campaign.c.issue, campaign.c.created_at, campaign.c.not_before).where(
        campaign.c.is_planned == 1,
        campaign.c.issue != rest.issue,
        exists().where(batch.c.campaign_id == campaign.c.id, batch.c.state != BatchState.CANCELLED),
    )
    found: dict[str, datetime] = {}
    for issue, created_at, not_before in connection.execute(query):
        begins = max(created_at, not_before or created_at)
        is_known = rest.known_at is None or created_at < rest.known_at
        if is_known and rest.since <= begins < rest.until:
            found[issue] = max(begins, found.get(issue, begins))
    return found
