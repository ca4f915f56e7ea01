"""In which language of an issue readers were to get it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, select

from newsletter.domain.delivery import DeliveryState
from newsletter.domain.variant import split_key
from newsletter.store.database.database import Database
from newsletter.store.schema.tables import batch, delivery

__all__ = ["SqlLanguages"]


class SqlLanguages:
    """Answers about campaigns of issues in several languages."""

    def __init__(self, database: Database) -> None:
        """Look at the campaigns in `database`."""
        self._database = database

    def counts(self, campaign_id: str) -> Mapping[str, Mapping[DeliveryState, int]]:
        """Return how many deliveries of a campaign are in each state, by language; nothing for one in one.

        A batch's `size` counts those without an override, so that no delivery but the overridden is read.
        """
        by_batch = (
            select(batch.c.variant, batch.c.state, func.sum(batch.c.size))
            .where(batch.c.campaign_id == campaign_id, batch.c.size > 0)
            .group_by(batch.c.variant, batch.c.state)
        )
        by_override = (
            select(batch.c.variant, delivery.c.override, func.count())
            .join(batch, batch.c.id == delivery.c.batch_id)
            .where(batch.c.campaign_id == campaign_id, delivery.c.override.is_not(None))
            .group_by(batch.c.variant, delivery.c.override)
        )
        found: dict[str, dict[DeliveryState, int]] = {}
        with self._database.reading() as connection:
            rows = [*connection.execute(by_batch), *connection.execute(by_override)]
        for variant, state, number in rows:
            lang, _ = split_key(variant)
            if lang:
                states = found.setdefault(lang, {})
                states[DeliveryState(state)] = states.get(DeliveryState(state), 0) + number
        return dict(sorted(found.items()))

    def of_reader(self, campaign_id: str, key: str) -> str | None:
        """Return the language of a campaign's mail to the reader known as `key`; None as in `of_delivery`."""
        return self._of(batch.c.campaign_id == campaign_id, delivery.c.email_key == key)

    def of_delivery(self, delivery_id: str) -> str | None:
        """Return the language of one delivery; None: there is none such, or its issue has one language."""
        return self._of(delivery.c.id == delivery_id)

    def _of(self, *conditions: ColumnElement[bool]) -> str | None:
        query = (
            select(batch.c.variant).join(delivery, batch.c.id == delivery.c.batch_id).where(and_(*conditions))
        )
        with self._database.reading() as connection:
            variant = connection.scalar(query)
        return split_key(variant)[0] or None if variant else None
