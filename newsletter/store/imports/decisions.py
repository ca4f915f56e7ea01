"""What becomes of the rows of an import: one comparison of all of them with the list, by the database.

The first of several rows with one address counts, except that leaving on any of them counts too. A
reader on the list keeps status, joined, confirmed and source, except that a row may say that they left.
Nobody who left comes back.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    case,
    exists,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    type_coerce,
    update,
)

from newsletter.audience.importing import DEPARTED, KeptOutReason, PlanNumbers
from newsletter.domain.subscriber import SubscriberStatus, SuppressionReason
from newsletter.store.database.dialects import (
    grouped_text,
    json_merged,
    keeps_documents,
    look_at_rows,
    reader_digest,
)
from newsletter.store.database.row_digest import TAG_SEPARATOR
from newsletter.store.imports.erased import decide_erased
from newsletter.store.imports.staging_tables import (
    DECISION_INDEX,
    KEY_INDEX,
    barred,
    decided,
    refused,
    staged,
    tag_set,
)
from newsletter.store.schema.tables import subscriber, subscriber_tag, suppression

__all__ = ["Decision", "decide", "digest_of_subscriber", "has_left", "is_addition"]

_KEPT_OUT_STATUS = {
    SubscriberStatus.UNSUBSCRIBED: KeptOutReason.UNSUBSCRIBED,
    SubscriberStatus.SUSPENDED: KeptOutReason.BOUNCED,
    SubscriberStatus.COMPLAINED: KeptOutReason.COMPLAINED,
    SubscriberStatus.ERASED: KeptOutReason.ERASED,
}
_KEPT_OUT_SUPPRESSION = {
    SuppressionReason.UNSUBSCRIBED: KeptOutReason.UNSUBSCRIBED,
    SuppressionReason.BOUNCED: KeptOutReason.BOUNCED,
    SuppressionReason.COMPLAINED: KeptOutReason.COMPLAINED,
    SuppressionReason.ERASED: KeptOutReason.ERASED,
    SuppressionReason.MANUAL: KeptOutReason.SUPPRESSED,
}


class Decision(StrEnum):
    """What becomes of a row that does not add a reader."""

    DOUBLE = "double"
    KEPT_OUT = "kept_out"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT_ALONE = "left_alone"


def has_left(status: ColumnElement[str]) -> ColumnElement[bool]:
    """Say whether `status` is one from which no import brings anybody back; NULL is none."""
    return func.coalesce(status, "").in_(sorted(DEPARTED))


def is_addition() -> ColumnElement[bool]:
    """Say whether a staged row adds a reader: nothing else was decided of it."""
    return not_(exists().where(decided.c.line == staged.c.line))


def is_newly_barred() -> ColumnElement[bool]:
    """Say whether a row that an address must never be mailed is news."""
    return not_(exists().where(suppression.c.email_key == barred.c.email_key))


def digest_of_subscriber() -> ColumnElement[str]:
    """Return the digest of a reader on the list."""
    tags = (
        select(grouped_text(subscriber_tag.c.tag_key, TAG_SEPARATOR))
        .where(subscriber_tag.c.subscriber_id == subscriber.c.id)
        .scalar_subquery()
    )
    who = subscriber.c
    return reader_digest(
        who.email, who.status, who.lang, who.source, who.fields, who.joined, who.confirmed, tags
    )


def decide(connection: Connection, *, source: str, replaces_tags: bool) -> PlanNumbers:
    """Compare every staged row with the list; `source` is where readers come from whose rows do not say."""
    KEY_INDEX.create(connection)
    look_at_rows(connection, staged, tag_set)
    if not keeps_documents(connection):
        _digest_staged(connection, source)
    _find_doubles(connection)
    _let_leave(connection, source)
    _compare_known(connection, replaces_tags=replaces_tags)
    _keep_suppressed_out(connection)
    decide_erased(connection, is_addition(), Decision.KEPT_OUT.value, KeptOutReason.ERASED.value)
    DECISION_INDEX.create(connection)
    _digest_changed(connection)
    return _count(connection)


def _find_doubles(connection: Connection) -> None:
    first = (
        select(staged.c.email_key, func.min(staged.c.line).label("line"))
        .group_by(staged.c.email_key)
        .having(func.count() > 1)
        .subquery()
    )
    later = select(staged.c.line, literal(Decision.DOUBLE.value), first.c.line).join(
        first, and_(staged.c.email_key == first.c.email_key, staged.c.line > first.c.line)
    )
    connection.execute(insert(decided).from_select(["line", "kind", "first"], later))


def _let_leave(connection: Connection, source: str) -> None:
    """Give the first row of an address the status of a later one that says that the reader left."""
    later = staged.alias("later")
    by_later = (
        select(decided.c.first)
        .join(later, later.c.line == decided.c.line)
        .where(decided.c.kind == Decision.DOUBLE, has_left(later.c.status))
    )
    affected = and_(staged.c.line.in_(by_later), not_(has_left(staged.c.status)))
    status = (
        select(later.c.status)
        .where(later.c.email_key == staged.c.email_key, has_left(later.c.status))
        .order_by(later.c.line)
        .limit(1)
        .scalar_subquery()
    )
    digest = _digest_of_row(status, source)
    connection.execute(update(staged).where(affected).values(status=status, digest=digest))


def _digest_staged(connection: Connection, source: str) -> None:
    """Digest what each row adds as the database itself will see it."""
    status = func.coalesce(staged.c.status, SubscriberStatus.ACTIVE.value)
    connection.execute(update(staged).values(digest=_digest_of_row(status, source)))


def _digest_of_row(status: ColumnElement[str], source: str) -> ColumnElement[str]:
    """Return the digest of the reader that a row adds, with that status."""
    tags = (
        select(grouped_text(tag_set.c.tag_key, TAG_SEPARATOR))
        .where(tag_set.c.id == staged.c.tag_set)
        .scalar_subquery()
    )
    row = staged.c
    return reader_digest(
        *(row.email, status, row.lang, func.coalesce(row.source, source)),
        *(row.fields, row.joined, row.confirmed, tags),
    )


def _compare_known(connection: Connection, *, replaces_tags: bool) -> None:
    """Decide of every row whose reader is on the list."""
    row, who = staged.c, subscriber.c
    is_gone = or_(has_left(who.status), suppression.c.email_key.is_not(None))
    kind = case(
        (and_(is_gone, has_left(row.status)), Decision.UNCHANGED.value),
        (is_gone, Decision.KEPT_OUT.value),
        (_differs(replaces_tags=replaces_tags), Decision.CHANGED.value),
        else_=Decision.UNCHANGED.value,
    )
    reason = case(
        (has_left(who.status), _reason(who.status, _KEPT_OUT_STATUS)),
        else_=_reason(suppression.c.reason, _KEPT_OUT_SUPPRESSION),
    )
    found = (
        select(row.line, kind, reason, who.id)
        .join(subscriber, who.email_key == row.email_key)
        .outerjoin(suppression, suppression.c.email_key == row.email_key)
        .where(is_addition())
    )
    connection.execute(insert(decided).from_select(["line", "kind", "reason", "subscriber_id"], found))


def _keep_suppressed_out(connection: Connection) -> None:
    """Keep out who is not on the list and must not be mailed."""
    reason = _reason(suppression.c.reason, _KEPT_OUT_SUPPRESSION)
    found = (
        select(staged.c.line, literal(Decision.KEPT_OUT.value), reason)
        .join(suppression, suppression.c.email_key == staged.c.email_key)
        .where(is_addition())
    )
    connection.execute(insert(decided).from_select(["line", "kind", "reason"], found))


def _differs(*, replaces_tags: bool) -> ColumnElement[bool]:
    """Say whether a staged row says something new of the reader it belongs to."""
    row, who = staged.c, subscriber.c
    return or_(
        has_left(row.status),
        and_(row.lang.is_not(None), row.lang.is_distinct_from(who.lang)),
        and_(
            type_coerce(row.fields, Text) != type_coerce(who.fields, Text),
            json_merged(who.fields, row.fields) != type_coerce(who.fields, Text),
        ),
        *(
            and_(column.is_not(None), known.is_(None))
            for column, known in (
                (row.joined, who.joined),
                (row.confirmed, who.confirmed),
                (row.source, who.source),
            )
        ),
        and_(row.tag_set.is_not(None), _tags_differ(replaces_tags=replaces_tags)),
    )


def _tags_differ(*, replaces_tags: bool) -> ColumnElement[bool]:
    row, who = staged.c, subscriber.c
    has = subscriber_tag.c
    same = has.tag == tag_set.c.tag if replaces_tags else has.tag_key == tag_set.c.tag_key
    is_there = exists().where(has.subscriber_id == who.id, has.tag_key == tag_set.c.tag_key, same)
    is_missing = exists().where(tag_set.c.id == row.tag_set, not_(is_there))
    if not replaces_tags:
        return is_missing
    is_said = exists().where(tag_set.c.id == row.tag_set, tag_set.c.tag_key == has.tag_key)
    return or_(is_missing, exists().where(has.subscriber_id == who.id, not_(is_said)))


def _digest_changed(connection: Connection) -> None:
    digest = (
        select(digest_of_subscriber()).where(subscriber.c.id == decided.c.subscriber_id).scalar_subquery()
    )
    connection.execute(update(decided).where(decided.c.kind == Decision.CHANGED).values(digest=digest))


def _reason(
    column: ColumnElement[str],
    reasons: dict[SubscriberStatus, KeptOutReason] | dict[SuppressionReason, KeptOutReason],
) -> ColumnElement[str]:
    return case({name.value: reason.value for name, reason in reasons.items()}, value=column)


def _count(connection: Connection) -> PlanNumbers:
    kinds: dict[str, int] = dict(
        connection.execute(select(decided.c.kind, func.count()).group_by(decided.c.kind)).all()
    )
    status = func.coalesce(staged.c.status, SubscriberStatus.ACTIVE.value)
    added = {
        SubscriberStatus(name): number
        for name, number in connection.execute(
            select(status, func.count()).where(is_addition()).group_by(status)
        )
    }
    return PlanNumbers(
        added=sum(added.values()),
        updated=kinds.get(Decision.CHANGED, 0),
        unchanged=kinds.get(Decision.UNCHANGED, 0),
        doubles=kinds.get(Decision.DOUBLE, 0),
        kept_out=kinds.get(Decision.KEPT_OUT, 0),
        refused=connection.scalar(select(func.count()).select_from(refused)) or 0,
        suppressions=connection.scalar(select(func.count()).select_from(barred)) or 0,
        suppressed=connection.scalar(
            select(func.count(func.distinct(barred.c.email_key))).where(is_newly_barred())
        )
        or 0,
        added_by_status=added,
    )
