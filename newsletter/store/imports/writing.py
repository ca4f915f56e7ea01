"""Put the rows of an import in the list and in its journal, by a few statements for all of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    null,
    or_,
    select,
    update,
)

from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.database.dialects import json_array, json_merged, json_object, json_value, reserve_ids
from newsletter.store.imports.decisions import (
    Decision,
    digest_of_subscriber,
    has_left,
    is_addition,
    is_newly_barred,
)
from newsletter.store.imports.erased import decide_erased
from newsletter.store.imports.staging_tables import barred, decided, departed, staged, tag_set
from newsletter.store.readers.list_rows import SUPPRESSING
from newsletter.store.schema.tables import import_change, subscriber, subscriber_tag, suppression

__all__ = ["leave_alone", "write_additions", "write_barred", "write_changes"]

_LINES = 50_000
"""Lines a statement takes, so that somebody who looks on sees it go on."""

_JOURNAL = ["import_id", "subscriber_id", "before", "after_digest", "suppressed"]


def leave_alone(connection: Connection) -> list[str]:
    """Take out the rows whose readers are not any more as they were found; return their addresses."""
    key = staged.c.email_key
    is_known = or_(
        exists().where(subscriber.c.email_key == key), exists().where(suppression.c.email_key == key)
    )
    raced = select(staged.c.line, literal(Decision.LEFT_ALONE.value)).where(is_addition(), is_known)
    connection.execute(insert(decided).from_select(["line", "kind"], raced))
    decide_erased(connection, is_addition(), Decision.LEFT_ALONE.value, None)
    is_same = exists().where(
        subscriber.c.id == decided.c.subscriber_id,
        digest_of_subscriber() == decided.c.digest,
        not_(exists().where(suppression.c.email_key == subscriber.c.email_key)),
    )
    connection.execute(
        update(decided)
        .where(decided.c.kind == Decision.CHANGED, not_(is_same))
        .values(kind=Decision.LEFT_ALONE.value)
    )
    query = (
        select(staged.c.email)
        .join(decided, decided.c.line == staged.c.line)
        .where(decided.c.kind == Decision.LEFT_ALONE)
        .order_by(staged.c.line)
    )
    return list(connection.scalars(query))


def write_additions(
    connection: Connection, import_id: int, source: str, now: datetime, told: Callable[[int], None]
) -> int:
    """Add readers with their tags, suppress those who left, journal it; return how many.

    `told` is told how many lines of the file are done.
    """
    last: int = connection.scalar(select(func.max(staged.c.line))) or 0
    base = reserve_ids(connection, subscriber, last + 1)
    added = 0
    for start in range(0, last + 1, _LINES):
        chosen = and_(staged.c.line.between(start, start + _LINES - 1), is_addition())
        added += _add(connection, chosen, base, source)
        _journal_additions(connection, chosen, base, import_id)
        _suppress(connection, select(staged).where(chosen), now)
        told(min(start + _LINES, last))
    return added


def _add(connection: Connection, chosen: ColumnElement[bool], base: int, source: str) -> int:
    row = staged.c
    own_id = row.line + literal(base, Integer)
    values = {
        "id": own_id,
        "email": row.email,
        "email_key": row.email_key,
        "status": func.coalesce(row.status, SubscriberStatus.ACTIVE.value),
        "lang": row.lang,
        "source": func.coalesce(row.source, source),
        "fields": row.fields,
        "folded": row.folded,
        "joined": row.joined,
        "confirmed": row.confirmed,
        "bucket": row.bucket,
    }
    # In order of lines: ids go up, and SQLite appends to the table instead of looking for a place.
    readers = select(*values.values()).where(chosen).order_by(row.line)
    written = connection.execute(
        insert(subscriber).from_select(list(values), readers), execution_options={"preserve_rowcount": True}
    )
    tags = (
        select(tag_set.c.tag_key, own_id, tag_set.c.tag)
        .join(staged, staged.c.tag_set == tag_set.c.id)
        .where(chosen)
        .order_by(row.line, tag_set.c.tag_key)
    )
    connection.execute(insert(subscriber_tag).from_select(["tag_key", "subscriber_id", "tag"], tags))
    return written.rowcount


def _journal_additions(
    connection: Connection, chosen: ColumnElement[bool], base: int, import_id: int
) -> None:
    row = staged.c
    is_suppressed = case((_is_to_suppress(row.status, row.email_key), 1), else_=0)
    journal = (
        select(literal(import_id), row.line + literal(base, Integer), null(), row.digest, is_suppressed)
        .where(chosen)
        .order_by(row.line)
    )
    connection.execute(insert(import_change).from_select(_JOURNAL, journal))


def write_changes(connection: Connection, import_id: int, now: datetime, *, replaces_tags: bool) -> int:
    """Change readers as their rows say, suppress those who left, journal it; return how many."""
    changed = _changed()
    _journal_changes(connection, import_id, changed)
    written = _overwrite(connection)
    _write_tags(connection, changed, replaces_tags=replaces_tags)
    _suppress(connection, changed, now)
    digest = (
        select(digest_of_subscriber())
        .where(subscriber.c.id == import_change.c.subscriber_id)
        .scalar_subquery()
    )
    connection.execute(
        update(import_change)
        .where(
            import_change.c.import_id == import_id,
            import_change.c.before.is_not(None),
        )
        .values(after_digest=digest)
    )
    return written


def write_barred(connection: Connection) -> None:
    """Never mail again the addresses that rows say so of; what was known of an address stays.

    No undo takes this back, nor lets one of an earlier import bring such a reader back.
    """
    first = select(func.min(barred.c.line)).where(is_newly_barred()).group_by(barred.c.email_key)
    who = select(subscriber.c.id).join(barred, barred.c.email_key == subscriber.c.email_key)
    connection.execute(
        update(import_change)
        .where(import_change.c.subscriber_id.in_(who.where(is_newly_barred())))
        .values(after_digest="")
    )
    news = select(barred.c.email_key, barred.c.reason, barred.c.since).where(barred.c.line.in_(first))
    connection.execute(insert(suppression).from_select(["email_key", "reason", "since"], news))


def _changed() -> Select[tuple[object, ...]]:
    return (
        select(staged, decided.c.subscriber_id)
        .join(decided, decided.c.line == staged.c.line)
        .where(decided.c.kind == Decision.CHANGED)
    )


def _journal_changes(connection: Connection, import_id: int, changed: Select[tuple[object, ...]]) -> None:
    rows = changed.subquery()
    who = subscriber.c
    tags = (
        select(json_array(subscriber_tag.c.tag))
        .where(subscriber_tag.c.subscriber_id == who.id)
        .scalar_subquery()
    )
    before = json_object(
        {
            "email": who.email,
            "key": who.email_key,
            "status": who.status,
            "lang": who.lang,
            "fields": who.fields,
            "tags": tags,
            "joined": who.joined,
            "confirmed": who.confirmed,
            "source": who.source,
        },
        documents=("fields", "tags"),
    )
    is_suppressed = case((_is_to_suppress(rows.c.status, rows.c.email_key), 1), else_=0)
    journal = select(literal(import_id), who.id, before, literal(""), is_suppressed).join(
        rows, rows.c.subscriber_id == who.id
    )
    connection.execute(insert(import_change).from_select(_JOURNAL, journal))


def _overwrite(connection: Connection) -> int:
    row, who = staged.c, subscriber.c
    folded = json_merged(json_merged(who.folded, row.folded), json_object({"source": _folded_source()}))
    return connection.execute(
        update(subscriber)
        .where(
            decided.c.kind == Decision.CHANGED,
            staged.c.line == decided.c.line,
            who.id == decided.c.subscriber_id,
        )
        .values(
            status=case((has_left(row.status), row.status), else_=who.status),
            lang=func.coalesce(row.lang, who.lang),
            source=func.coalesce(who.source, row.source),
            fields=json_merged(who.fields, row.fields),
            folded=folded,
            joined=func.coalesce(who.joined, row.joined),
            confirmed=func.coalesce(who.confirmed, row.confirmed),
        )
    ).rowcount


def _folded_source() -> ColumnElement[str]:
    """Return the folded source a changed reader has; NULL takes away the import's own, which is no theirs."""
    row, who = staged.c, subscriber.c
    return case(
        (who.source.is_not(None), json_value(who.folded, "source")),
        (row.source.is_not(None), json_value(row.folded, "source")),
    )


def _write_tags(connection: Connection, changed: Select[tuple[object, ...]], *, replaces_tags: bool) -> None:
    rows = changed.where(staged.c.tag_set.is_not(None)).subquery()
    has = subscriber_tag.c
    if replaces_tags:
        connection.execute(delete(subscriber_tag).where(has.subscriber_id.in_(select(rows.c.subscriber_id))))
    is_there = exists().where(has.subscriber_id == rows.c.subscriber_id, has.tag_key == tag_set.c.tag_key)
    new = (
        select(tag_set.c.tag_key, rows.c.subscriber_id, tag_set.c.tag)
        .join(rows, rows.c.tag_set == tag_set.c.id)
        .where(not_(is_there))
    )
    connection.execute(insert(subscriber_tag).from_select(["tag_key", "subscriber_id", "tag"], new))


def _suppress(connection: Connection, chosen: Select[tuple[object, ...]], now: datetime) -> None:
    rows = chosen.where(_is_to_suppress(staged.c.status, staged.c.email_key)).subquery()
    reason = case({status.value: why.value for status, why in SUPPRESSING.items()}, value=rows.c.status)
    at = literal(now, suppression.c.since.type)
    since = case((departed.c.since < at, departed.c.since), else_=at)
    left = select(rows.c.email_key, reason, since).outerjoin(departed, departed.c.line == rows.c.line)
    connection.execute(insert(suppression).from_select(["email_key", "reason", "since"], left))


def _is_to_suppress(status: ColumnElement[str], key: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether a row makes an address one that is never mailed, which it was not yet."""
    return and_(has_left(status), not_(exists().where(suppression.c.email_key == key)))
