"""What events change on the list: who is never mailed again, and what segments know of a reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, func, insert, select, update

from newsletter.domain.delivery import BatchState
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.domain.subscriber import SubscriberStatus, Suppression, SuppressionReason
from newsletter.events.effects import QUIET, STRIKES_ALLOWED, effect_of, status_after, stronger
from newsletter.store.database.bulk import bulk_insert
from newsletter.store.database.dialects import listed
from newsletter.store.events.rows import email_key
from newsletter.store.people.erased_keys import erased_since
from newsletter.store.people.withdrawals import Withdrawal, note_withdrawals
from newsletter.store.readers.list_rows import keep_from_undo
from newsletter.store.schema.columns import utc_text
from newsletter.store.schema.tables import batch, campaign, delivery, provider_event, reader_event, subscriber
from newsletter.store.schema.tables import suppression as suppression_table

__all__ = ["change_list", "suppress_many"]


_TOLD = "told by the provider"


@dataclass(slots=True)
class _Wish:
    """That a reader is never mailed again: why, and since when."""

    reason: SuppressionReason
    since: datetime


class _Mail(NamedTuple):
    """A delivery that an event is about."""

    id: str
    issue: str
    subscriber_id: int
    email_key: str


def change_list(connection: Connection, new: Sequence[ProviderEvent]) -> Mapping[SuppressionReason, int]:
    """Do what `new` events about our mail ask of the list; return how many stopped being mailed, and why."""
    effective = [(event, effect_of(event)) for event in new if event.kind not in QUIET]
    if not effective:
        return {}
    found = _deliveries(connection, [event.delivery_id for event, _ in effective if event.delivery_id])
    wishes: dict[str, _Wish] = {}
    struck: dict[str, datetime] = {}
    history: list[tuple[object, ...]] = []
    for event, effect in effective:
        row = found.get(event.delivery_id or "")
        key = row.email_key if row is not None else email_key(event)
        if row is not None and effect.history:
            history.append((row.subscriber_id, row.id, row.issue, effect.history, utc_text(event.at)))
        if key is None:
            continue
        if effect.suppresses:
            _wish(wishes, key, effect.suppresses, event.at)
        if effect.is_strike:
            struck[key] = min(event.at, struck.get(key, event.at))
    for key, at in struck.items():
        if _bounces_for_ever(connection, key):
            _wish(wishes, key, SuppressionReason.BOUNCED, at)
    bulk_insert(connection, reader_event, ("subscriber_id", "delivery_id", "issue", "kind", "at"), history)
    return _suppress(connection, wishes)


def suppress_many(
    connection: Connection, wanted: Iterable[Suppression], source: str = _TOLD
) -> Mapping[SuppressionReason, int]:
    """Never mail again whoever is in `wanted`; return how many that is news for, by reason.

    `source` says how it became known that they left.
    """
    wishes = {one.key: _Wish(reason=one.reason, since=one.since) for one in wanted}
    return _suppress(connection, wishes, source)


def _deliveries(connection: Connection, ids: Iterable[str]) -> Mapping[str, _Mail]:
    wanted = listed(dict.fromkeys(ids))
    columns = (delivery.c.id, delivery.c.issue, delivery.c.subscriber_id, delivery.c.email_key)
    query = select(*columns).join(wanted, delivery.c.id == wanted.c.value)
    return {row.id: _Mail(*row) for row in connection.execute(query)}


def _wish(wishes: dict[str, _Wish], key: str, reason: SuppressionReason, at: datetime) -> None:
    known = wishes.get(key)
    if known is None:
        wishes[key] = _Wish(reason=reason, since=at)
    else:
        known.reason, known.since = stronger(known.reason, reason), min(known.since, at)


def _bounces_for_ever(connection: Connection, key: str) -> bool:
    """Say whether mail came back from `key` in more of the latest issues than are borne, without a break.

    Only issues the reader got, or would have got, count: those whose delivery was accepted.
    """
    latest = (
        select(delivery.c.id)
        .join(batch, batch.c.id == delivery.c.batch_id)
        .join(campaign, campaign.c.id == batch.c.campaign_id)
        .where(
            delivery.c.issue.in_(select(campaign.c.issue)),  # lets the index on issue and address serve
            delivery.c.email_key == key,
            delivery.c.override.is_(None),
            batch.c.state == BatchState.ACCEPTED,
        )
        .order_by(campaign.c.created_at.desc(), campaign.c.seq.desc())
        .limit(STRIKES_ALLOWED + 1)
        .subquery()
    )
    came_back = exists().where(
        provider_event.c.delivery_id == latest.c.id,
        provider_event.c.kind == EventKind.BOUNCED,
        provider_event.c.bounce == BounceClass.SOFT,
    )
    number = connection.scalar(select(func.count()).select_from(latest).where(came_back))
    return number == STRIKES_ALLOWED + 1


def _suppress(
    connection: Connection, wishes: Mapping[str, _Wish], source: str = _TOLD
) -> Mapping[SuppressionReason, int]:
    erased = erased_since(connection, wishes)
    wishes = {key: wish for key, wish in wishes.items() if key not in erased}
    keys = listed(wishes)
    known = {
        row.email_key: row
        for row in connection.execute(
            select(suppression_table).join(keys, suppression_table.c.email_key == keys.c.value)
        )
    }
    statuses = dict(
        connection.execute(
            select(subscriber.c.email_key, subscriber.c.status).join(
                keys, subscriber.c.email_key == keys.c.value
            )
        ).all()
    )
    stopped: Counter[SuppressionReason] = Counter()
    left: list[Withdrawal] = []
    for key, wish in wishes.items():
        row = known.get(key)
        if row is None:
            connection.execute(
                insert(suppression_table).values(email_key=key, reason=wish.reason, since=wish.since)
            )
            stopped[wish.reason] += 1
            left.append(Withdrawal(key=key, reason=wish.reason, at=wish.since, source=source))
        else:
            connection.execute(
                update(suppression_table)
                .where(suppression_table.c.email_key == key)
                .values(
                    reason=stronger(SuppressionReason(row.reason), wish.reason),
                    since=min(row.since, wish.since),
                )
            )
        if key in statuses:
            status = status_after(SubscriberStatus(statuses[key]), wish.reason)
            connection.execute(update(subscriber).where(subscriber.c.email_key == key).values(status=status))
            keep_from_undo(connection, key)
    note_withdrawals(connection, left)
    return stopped
