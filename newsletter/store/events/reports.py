"""What providers told, kept and applied: one report, one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection, select

from newsletter.domain.events_taken import EventsTaken
from newsletter.domain.fate import Fate
from newsletter.domain.held import HELD_BY_EVENTS
from newsletter.domain.provider_event import ProviderEvent
from newsletter.store.database.database import Database
from newsletter.store.events.effects import change_list
from newsletter.store.events.evidence import (
    campaigns_of_attempts,
    campaigns_of_deliveries,
    hold_restored,
    prove_by_events,
)
from newsletter.store.events.rereading import store_changed
from newsletter.store.events.rows import store_new
from newsletter.store.ledger import fates
from newsletter.store.schema.tables import campaign, delivery

__all__ = ["SqlEvents"]


class _Undo(Exception):
    """A trial was made; nothing of it may stay."""


class SqlEvents:
    """`protocols.EventLog` on a database."""

    def __init__(self, database: Database) -> None:
        """Keep events in `database`."""
        self._database = database

    def take(
        self,
        reports: Iterable[tuple[str, Sequence[ProviderEvent]]],
        *,
        atomic: Collection[str] = (),
        now: datetime,
        is_trial: bool = False,
        is_reread: bool = False,
    ) -> EventsTaken:
        """Keep the events of `reports`, pairs of provider and events, and do what the new ones ask."""
        taken = EventsTaken()
        try:
            with self._database.writing() as connection:
                for provider, events in reports:
                    taken += _take(connection, provider, events, atomic, now, is_reread=is_reread)
                if is_trial:
                    raise _Undo
        except _Undo:
            pass
        return taken

    def email_key_of(self, delivery_id: str) -> str | None:
        """Return the key of the address a letter went to; None when there is no such letter."""
        with self._database.reading() as connection:
            return connection.scalar(select(delivery.c.email_key).where(delivery.c.id == delivery_id))

    def fates(self, campaign_id: str) -> Iterator[Fate]:
        """Yield every delivery of a campaign in order, with what was told about it."""
        with self._database.reading() as connection:
            yield from fates.fates(connection, campaign_id)


def _take(
    connection: Connection,
    provider: str,
    events: Sequence[ProviderEvent],
    atomic: Collection[str],
    now: datetime,
    *,
    is_reread: bool,
) -> EventsTaken:
    new = store_new(connection, provider, events)
    if is_reread:
        new = [*new, *store_changed(connection, provider, events)]
    if not new:
        return EventsTaken(read=len(events))
    known = campaigns_of_attempts(connection, (event.attempt_key for event in new if event.attempt_key))
    strange = [event for event in new if event.attempt_key is None or event.attempt_key not in known]
    homes = campaigns_of_deliveries(connection, strange) if strange else {}
    restored = {
        homes[event.delivery_id]
        for event in strange
        if event.attempt_key is not None and event.delivery_id is not None and event.delivery_id in homes
    }
    doubts = {one: hold_restored(connection, one, HELD_BY_EVENTS) for one in sorted(restored)}
    concerned = sorted({*known.values(), *homes.values()})
    providers = _providers(connection, concerned)
    proven = sum(
        prove_by_events(connection, one, now, is_atomic=providers[one] in atomic) for one in concerned
    )
    ours = [event for event in new if event.delivery_id is not None or event.attempt_key is not None]
    return EventsTaken(
        read=len(events),
        kinds=Counter(event.kind for event in new),
        strangers=sum(event.delivery_id not in homes for event in strange),
        proven=proven,
        suppressed=change_list(connection, ours),
        restored=tuple(doubts),
        doubted=sum(doubts.values()),
    )


def _providers(connection: Connection, campaigns: Sequence[str]) -> dict[str, str]:
    query = select(campaign.c.id, campaign.c.provider).where(campaign.c.id.in_(campaigns))
    return dict(connection.execute(query).all())
