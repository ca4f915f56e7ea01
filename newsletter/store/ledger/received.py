"""Who received an issue, as a set of readers: from every delivery once, and from then on kept.

A campaign that is over changes only when evidence moves a batch, or a reader in one is refused after all;
either changes which batches are accepted, or how many deliveries they have. Their digest says whether a kept
set still stands; a set is never kept while its campaign is under way.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, insert, select

from newsletter.audience.expression import AnyIssue, Issues, LastIssues, OneIssue
from newsletter.domain.delivery import BatchState, CampaignState
from newsletter.errors import StoreError
from newsletter.store.database.database import Database
from newsletter.store.readers.reader_sets import ReaderSet, ReaderSets
from newsletter.store.readers.segments import latest_issues
from newsletter.store.schema.tables import batch, campaign, delivery, received

__all__ = ["ReceivedSets", "slugs_meant"]

_OVER = (CampaignState.FINISHED, CampaignState.CANCELLED)


class _Sent(NamedTuple):
    """A campaign of which something was accepted, and the digest of what was."""

    id: str
    is_over: bool
    digest: str


class ReceivedSets:
    """Finds who received issues, within one transaction."""

    def __init__(self, connection: Connection, sets: ReaderSets) -> None:
        """Ask `connection`, making sets with `sets`."""
        self._connection, self._sets = connection, sets
        self._new: list[dict[str, object]] = []

    def of(self, issues: Issues) -> ReaderSet:
        """Return the readers whose mail a provider took, for at least one of `issues`."""
        return self._sets.joined([self._of_campaign(one) for one in self._sent(issues)])

    def keep(self, database: Database) -> None:
        """Keep what had to be found out, for the next time; if that fails, the next time is as slow."""
        if not self._new or database.read_only:
            return
        with suppress(StoreError), database.writing(is_durable=False) as connection:
            names = [row["campaign_id"] for row in self._new]
            connection.execute(delete(received).where(received.c.campaign_id.in_(names)))
            connection.execute(insert(received), self._new)
        self._new.clear()

    def _sent(self, issues: Issues) -> list[_Sent]:
        what = func.group_concat(batch.c.id.op("||")(":").op("||")(batch.c.size), " ")
        query = (
            select(campaign.c.id, campaign.c.state, what.label("what"))
            .join(batch, batch.c.campaign_id == campaign.c.id)
            .where(campaign.c.is_planned == 1, batch.c.state == BatchState.ACCEPTED, batch.c.size > 0)
            .group_by(campaign.c.id)
        )
        slugs = slugs_meant(self._connection, issues)
        if slugs is not None:
            query = query.where(campaign.c.issue.in_(slugs))
        return [
            _Sent(id=row.id, is_over=row.state in _OVER, digest=sha256(row.what.encode()).hexdigest())
            for row in self._connection.execute(query).all()
        ]

    def _of_campaign(self, sent: _Sent) -> ReaderSet:
        kept = self._connection.scalar(
            select(received.c.readers).where(
                received.c.campaign_id == sent.id, received.c.batches == sent.digest
            )
        )
        if kept is not None:
            return self._sets.fitted(zlib.decompress(kept))
        found = self._sets.selected(
            delivery.c.subscriber_id,
            batch.c.campaign_id == sent.id,
            batch.c.state == BatchState.ACCEPTED,
            delivery.c.batch_id == batch.c.id,
            delivery.c.override.is_(None),
        )
        if sent.is_over:
            readers = zlib.compress(found.marks(), level=1)
            self._new.append({"campaign_id": sent.id, "batches": sent.digest, "readers": readers})
        return found


def slugs_meant(connection: Connection, issues: Issues) -> Sequence[str] | None:
    """Return the slugs that `issues` means now; None for whatever issue."""
    match issues:
        case OneIssue(slug):
            return [slug]
        case LastIssues(count):
            return list(connection.scalars(latest_issues(count)))
        case AnyIssue():
            return None
