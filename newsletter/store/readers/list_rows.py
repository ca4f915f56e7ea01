"""Rows of the list: reading and writing subscribers, tags and suppressions within a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, Select, bindparam, delete, exists, insert, select, update

from newsletter.domain.subscriber import Subscriber, SubscriberStatus, Suppression, SuppressionReason
from newsletter.store.database.bulk import bulk_execute, bulk_insert
from newsletter.store.database.dialects import listed, listed_ids
from newsletter.store.people.erased_keys import erased_since
from newsletter.store.readers.folding import SUBSCRIBER_COLUMNS, subscriber_values, tag_rows
from newsletter.store.schema.tables import import_change, subscriber, subscriber_tag, suppression

__all__ = [
    "SUPPRESSING",
    "keep_from_undo",
    "overwrite_subscribers",
    "read_subscribers",
    "read_suppressions",
    "suppress",
    "write_subscribers",
    "write_tags",
]

SUPPRESSING = {
    SubscriberStatus.UNSUBSCRIBED: SuppressionReason.UNSUBSCRIBED,
    SubscriberStatus.SUSPENDED: SuppressionReason.BOUNCED,
    SubscriberStatus.COMPLAINED: SuppressionReason.COMPLAINED,
    SubscriberStatus.ERASED: SuppressionReason.ERASED,
}
"""The statuses that also suppress an address, with the reason."""


def read_subscribers(connection: Connection, query: Select[tuple[object, ...]]) -> list[Subscriber]:
    """Return the subscribers `query` selects, with their tags."""
    found = connection.execute(query).all()
    wanted = listed_ids(row.id for row in found)
    tags: dict[int, set[str]] = {}
    tagged = select(subscriber_tag.c.subscriber_id, subscriber_tag.c.tag)
    for subscriber_id, tag in connection.execute(
        tagged.join(wanted, subscriber_tag.c.subscriber_id == wanted.c.value)
    ):
        tags.setdefault(subscriber_id, set()).add(tag)
    return [_subscriber(row, frozenset(tags.get(row.id, ()))) for row in found]


def read_suppressions(connection: Connection, keys: Iterable[str]) -> dict[str, Suppression]:
    """Return the suppressions of `keys`, by key; a key that may be mailed is left out.

    Who is erased is known by the hash of the key.
    """
    wanted_keys = list(keys)
    wanted = listed(wanted_keys)
    query = select(suppression).join(wanted, suppression.c.email_key == wanted.c.value)
    found = {
        row.email_key: Suppression(key=row.email_key, reason=SuppressionReason(row.reason), since=row.since)
        for row in connection.execute(query)
    }
    for key, since in erased_since(connection, wanted_keys).items():
        found.setdefault(key, Suppression(key=key, reason=SuppressionReason.ERASED, since=since))
    return found


def write_subscribers(connection: Connection, new: Sequence[Subscriber]) -> dict[str, int]:
    """Insert subscribers, without their tags; return the id each key was given."""
    bulk_insert(connection, subscriber, SUBSCRIBER_COLUMNS, [subscriber_values(one) for one in new])
    wanted = listed(one.key for one in new)
    query = select(subscriber.c.email_key, subscriber.c.id).join(
        wanted, subscriber.c.email_key == wanted.c.value
    )
    return dict(connection.execute(query).all())


def overwrite_subscribers(connection: Connection, after: Sequence[Subscriber]) -> None:
    """Write subscribers, known by their ids, over what is stored; their tags too."""
    names = [*SUBSCRIBER_COLUMNS, "row_id"]
    rows = [(*subscriber_values(one), one.id) for one in after]
    statement = update(subscriber).where(subscriber.c.id == bindparam("row_id"))
    bulk_execute(connection, statement, names, rows)
    write_tags(connection, {one.id: one.tags for one in after})


def write_tags(connection: Connection, tags: Mapping[int, Iterable[str]]) -> None:
    """Give subscribers, by id, exactly these tags."""
    wanted = select(listed_ids(tags).c.value)
    connection.execute(delete(subscriber_tag).where(subscriber_tag.c.subscriber_id.in_(wanted)))
    rows = [row for subscriber_id, names in tags.items() for row in tag_rows(subscriber_id, names)]
    bulk_insert(connection, subscriber_tag, ("tag_key", "subscriber_id", "tag"), rows)


def suppress(connection: Connection, key: str, reason: SuppressionReason, now: datetime) -> bool:
    """Never mail `key` again; say whether that is new. The first reason stays."""
    if connection.scalar(select(exists().where(suppression.c.email_key == key))):
        return False
    connection.execute(insert(suppression).values(email_key=key, reason=reason, since=now))
    return True


def keep_from_undo(connection: Connection, key: str) -> None:
    """Let no undo of an import touch `key` again: an import may have said already what they now say."""
    who = select(subscriber.c.id).where(subscriber.c.email_key == key)
    connection.execute(
        update(import_change)
        .where(import_change.c.subscriber_id.in_(who))
        .values(after_digest="")  # fits no reader, so that all imports see a later change
    )


def _subscriber(row: Row[tuple[object, ...]], tags: frozenset[str]) -> Subscriber:
    return Subscriber(
        id=row.id,
        email=row.email,
        key=row.email_key,
        status=SubscriberStatus(row.status),
        lang=row.lang,
        fields=row.fields,
        tags=tags,
        joined=row.joined,
        confirmed=row.confirmed,
        source=row.source,
    )
