"""The readers of a faulty campaign, as far as they may still be mailed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, func, not_, or_, select, true

from newsletter.audience.expression import Expression
from newsletter.domain.correction import Correction, CorrectionKind, FaultyReaders
from newsletter.domain.delivery import BatchState
from newsletter.domain.member_columns import MemberColumns
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.domain.variant import key_in
from newsletter.protocols import VariantReaders
from newsletter.store.database.database import Database
from newsletter.store.ledger.campaigns import note
from newsletter.store.ledger.mailable import GONE
from newsletter.store.readers.subscribers import pages_where, variants_where
from newsletter.store.schema.columns import json_text
from newsletter.store.schema.tables import batch, campaign, delivery, subscriber, suppression

__all__ = ["SqlCorrections"]

_UNMAILED = and_(
    batch.c.state.in_((BatchState.PENDING, BatchState.CANCELLED)),
    batch.c.is_in_doubt == 0,
)
_UNKNOWN = or_(
    batch.c.state.in_((BatchState.UNKNOWN, BatchState.SUBMITTING)),
    and_(batch.c.state == BatchState.PENDING, batch.c.is_in_doubt == 1),  # released: may have it since before
)
_ACCEPTED = batch.c.state == BatchState.ACCEPTED


class SqlCorrections:
    """`protocols.Corrections` on a database."""

    def __init__(self, database: Database) -> None:
        """Look at the campaigns and the list in `database`."""
        self._database = database

    def standing(self, campaign_id: str, lang: str | None = None) -> FaultyReaders:
        """Return how the readers of a faulty campaign stand, all or those of one language of its issue."""
        with self._database.reading() as connection:
            counts = [
                _count(connection, campaign_id, and_(one, _is_in(lang)))
                for one in (_ACCEPTED, _UNMAILED, _UNKNOWN)
            ]
        return FaultyReaders(accepted=counts[0], unmailed=counts[1], unknown=counts[2])

    def pages(self, correction: Correction, conditions: Sequence[Expression]) -> Iterator[MemberColumns]:
        """Yield whom `correction` mails, by subscriber id; the variant says which of `conditions` hold."""
        return pages_where(self._database, lambda _selector: self._mailed(correction), conditions)

    def variants(
        self, correction: Correction, conditions: Sequence[Expression]
    ) -> Mapping[str, VariantReaders]:
        """Return who has each key that occurs among those whom `correction` mails."""
        return variants_where(self._database, lambda _selector: self._mailed(correction), conditions)

    def note(self, campaign_id: str, content: str) -> None:
        """Write down, for the archive, that the letter of a campaign is now the one with digest `content`."""
        with self._database.writing() as connection:
            note(connection, "correct", campaign_id, json_text({"content": content}))

    def _mailed(self, correction: Correction) -> ColumnElement[bool]:
        """Return the condition on `subscriber` for whom `correction` mails.

        That is who is meant in the faulty campaign and may be mailed now: not suppressed, and active or of
        a status that campaign chose on purpose.
        """
        wanted = _UNMAILED if correction.kind is CorrectionKind.REPLACE else _ACCEPTED
        if correction.includes_unknown:
            wanted = or_(wanted, _UNKNOWN)
        with self._database.reading() as connection:
            row = connection.execute(
                select(campaign.c.issue, campaign.c.statuses).where(campaign.c.id == correction.campaign)
            ).one()
        mailable = [SubscriberStatus.ACTIVE.value, *json.loads(row.statuses)]
        return and_(
            exists().where(
                delivery.c.issue == row.issue,
                delivery.c.email_key == subscriber.c.email_key,
                delivery.c.override.is_(None),
                batch.c.id == delivery.c.batch_id,
                batch.c.campaign_id == correction.campaign,
                wanted,
                _is_in(correction.lang),
            ),
            not_(exists().where(suppression.c.email_key == subscriber.c.email_key)),
            subscriber.c.status.in_(mailable),
            subscriber.c.status.not_in(GONE),
        )


def _is_in(lang: str | None) -> ColumnElement[bool]:
    """Return the condition that a batch is in `lang`, one of the languages of an issue; None: any."""
    return true() if lang is None else batch.c.variant.startswith(key_in(lang, ""), autoescape=True)


def _count(connection: Connection, campaign_id: str, which: ColumnElement[bool]) -> int:
    query = (
        select(func.count())
        .select_from(delivery)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .where(batch.c.campaign_id == campaign_id, delivery.c.override.is_(None), which)
    )
    return connection.scalar(query) or 0
