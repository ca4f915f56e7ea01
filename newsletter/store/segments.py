"""From the tree of a segment expression to SQL with bound values.

A leaf that meets no value gives NULL. Where that could be turned round by a not, it is made false first;
elsewhere it stays, because NULL selects nobody and a bare comparison can use an index.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, not_, or_, select
from sqlalchemy.sql.elements import Grouping

from newsletter.audience.expression import (
    And,
    AnyIssue,
    Compare,
    Expression,
    History,
    HistoryKind,
    IsNone,
    Issues,
    LastIssues,
    Not,
    OneIssue,
    OneOf,
    Operator,
    Or,
    Range,
    Sample,
    SegmentRef,
    Value,
    fold_text,
    mentions_status,
)
from newsletter.domain.delivery import BatchState
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.store.dialects import contains, is_day, json_kind, json_value, seeded_bucket
from newsletter.store.planning import GONE
from newsletter.store.schema import batch, campaign, delivery, reader_event, subscriber, subscriber_tag
from newsletter.store.schema import suppression as suppression_table

__all__ = ["compile_expression", "latest_issues", "mailable", "marks"]

Condition: TypeAlias = ColumnElement[bool]

_NUMBERS = ("integer", "real")
_COMPARE: dict[Operator, Callable[[bool, bool], bool]] = {
    Operator.EQUAL: operator.eq,
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}
_LARGEST = 2**63  # beyond it SQLite keeps a number as a float, and its driver takes no other


class _Bracketed(Grouping[bool]):
    """A condition that stays in brackets, where SQLAlchemy would take them away.

    SQLite refuses an expression deeper than 1,000 (sqlite.org/limits.html), and a row of ANDs without
    brackets is as deep as it is long: leaves of several conditions would halve the terms allowed.
    """

    operator = None
    inherit_cache = True


def mailable(expression: Expression) -> Condition:
    """Return the condition for who may be mailed: in the segment, active unless it names a status.

    Suppressed readers, and those who left, bounced or complained, are out whatever it names.
    """
    conditions = [
        compile_expression(expression),
        not_(exists().where(suppression_table.c.email_key == subscriber.c.email_key)),
    ]
    if mentions_status(expression):
        conditions.append(subscriber.c.status.not_in(GONE))
    else:
        conditions.append(subscriber.c.status == SubscriberStatus.ACTIVE)
    return and_(*conditions)


def marks(conditions: Sequence[Expression]) -> list[ColumnElement[int]]:
    """Return a column for each of `conditions`: 1 for subscribers for whom it holds, else 0.

    A column each, because joined in one expression they could be deeper than SQLite takes.
    """
    return [
        case((compile_expression(condition), 1), else_=0).label(f"mark_{number}")
        for number, condition in enumerate(conditions)
    ]


def compile_expression(expression: Expression, *, negated: bool = False) -> Condition:
    """Return the condition on `subscriber` that `expression` means; `negated` says a not stands outside."""
    match expression:
        case And(terms):
            return and_(*(compile_expression(term, negated=negated) for term in terms))
        case Or(terms):
            return or_(*(compile_expression(term, negated=negated) for term in terms))
        case Not(term):
            return not_(compile_expression(term, negated=True))
        case SegmentRef(_, inner):
            return compile_expression(inner, negated=negated)
        case _:
            leaf = _leaf(expression)
            return func.coalesce(leaf, false()) if negated else _Bracketed(leaf)


def latest_issues(count: int | None = None) -> Select[str]:
    """Return a subquery of the slugs sent to anybody, newest campaign first, at most `count`."""
    sent = exists().where(
        batch.c.campaign_id == campaign.c.id, batch.c.state == BatchState.ACCEPTED, batch.c.size > 0
    )
    return (
        select(campaign.c.issue)
        .where(campaign.c.is_planned == 1, sent)
        .group_by(campaign.c.issue)
        .order_by(func.max(campaign.c.created_at).desc(), func.max(campaign.c.seq).desc())
        .limit(count)
    )


def _leaf(leaf: Compare | Range | OneOf | IsNone | History | Sample) -> Condition:
    match leaf:
        case History(kind, issues):
            return _history(kind, issues)
        case Sample(buckets, ""):
            return subscriber.c.bucket < buckets
        case Sample(buckets, seed):
            return seeded_bucket(seed, subscriber.c.email_key) < buckets
        case OneOf(name, values):
            return or_(*(_named(Compare(name, Operator.EQUAL, value)) for value in values))
        case Range(name, low, high):
            bounds = (Compare(name, Operator.AT_LEAST, low), Compare(name, Operator.AT_MOST, high))
            return and_(*(_named(bound) for bound in bounds))
        case Compare() | IsNone():
            return _named(leaf)


def _named(leaf: Compare | IsNone) -> Condition:
    match leaf.name:
        case "tag":
            return _tag(leaf)
        case "status":
            return _text(subscriber.c.status, leaf)
        case "email":
            return _text(subscriber.c.email_key, leaf)
        case "joined" | "confirmed":
            return _moment(subscriber.c[leaf.name], leaf)
        case _:
            return _field(leaf)


def _tag(leaf: Compare | IsNone) -> Condition:
    tagged = select(subscriber_tag.c.subscriber_id)
    if isinstance(leaf, IsNone):
        return subscriber.c.id.not_in(tagged.where(subscriber_tag.c.tag_key != ""))
    return subscriber.c.id.in_(tagged.where(_text(subscriber_tag.c.tag_key, leaf)))


def _text(column: ColumnElement[str], leaf: Compare | IsNone) -> Condition:
    """Compare a column that holds folded text and is never NULL."""
    if isinstance(leaf, IsNone):
        return column == ""
    if leaf.operator is Operator.CONTAINS:
        return contains(column, fold_text(str(leaf.value)))
    if leaf.operator is Operator.EQUAL and isinstance(leaf.value, str):
        return column == fold_text(leaf.value)
    return false()


def _moment(column: ColumnElement[datetime], leaf: Compare | IsNone) -> Condition:
    """Compare a moment by its day in UTC."""
    if isinstance(leaf, IsNone):
        return column.is_(None)
    if not isinstance(leaf.value, date):
        return false()
    start = datetime.combine(leaf.value, time.min, UTC)
    end = datetime.combine(leaf.value, time.max, UTC)  # the last microsecond, the finest we keep
    match leaf.operator:
        case Operator.EQUAL:
            return column.between(start, end)
        case Operator.LESS:
            return column < start
        case Operator.AT_MOST:
            return column <= end
        case Operator.MORE:
            return column > end
        case Operator.AT_LEAST:
            return column >= start
        case Operator.CONTAINS:
            return false()


def _field(leaf: Compare | IsNone) -> Condition:
    """Compare a value of the column `folded`; another type than the one asked for never holds."""
    stored, kind = json_value(subscriber.c.folded, leaf.name), json_kind(subscriber.c.folded, leaf.name)
    if isinstance(leaf, IsNone):
        return func.coalesce(stored, "") == ""
    wanted = leaf.value
    if leaf.operator is Operator.CONTAINS:
        return and_(kind == "text", contains(stored, fold_text(str(wanted))))
    if isinstance(wanted, bool):
        return _boolean(kind, leaf.operator, wanted)
    if isinstance(wanted, str):
        return stored == fold_text(wanted) if leaf.operator is Operator.EQUAL else false()
    if isinstance(wanted, date):
        return and_(kind == "text", is_day(stored), _ordered(stored, leaf.operator, wanted.isoformat()))
    return and_(kind.in_(_NUMBERS), _ordered(stored, leaf.operator, _storable(wanted)))


def _boolean(kind: ColumnElement[str], compare: Operator, wanted: bool) -> Condition:  # noqa: FBT001  # the value compared with
    return kind.in_([str(value).lower() for value in (False, True) if _COMPARE[compare](value, wanted)])


def _ordered(stored: ColumnElement[str], compare: Operator, wanted: str | int | float) -> Condition:
    value = literal(wanted)
    match compare:
        case Operator.LESS:
            return stored < value
        case Operator.AT_MOST:
            return stored <= value
        case Operator.MORE:
            return stored > value
        case Operator.AT_LEAST:
            return stored >= value
        case _:
            return stored == value


def _storable(number: Value) -> int | float:
    assert isinstance(number, int | float)
    return number if -_LARGEST <= number < _LARGEST else float(number)


def _history(kind: HistoryKind, issues: Issues) -> Condition:
    if kind is HistoryKind.RECEIVED:
        return exists().where(
            delivery.c.email_key == subscriber.c.email_key,
            _meant(delivery.c.issue, issues),
            delivery.c.override.is_(None),
            delivery.c.batch_id == batch.c.id,
            batch.c.state == BatchState.ACCEPTED,
        )
    return exists().where(
        reader_event.c.subscriber_id == subscriber.c.id,
        reader_event.c.kind == kind.value,
        _meant(reader_event.c.issue, issues),
    )


def _meant(column: ColumnElement[str], issues: Issues) -> Condition:
    match issues:
        case OneIssue(slug):
            return column == slug
        case LastIssues(count):
            return column.in_(latest_issues(count))
        case AnyIssue():
            # Naming them all lets the index on (issue, address) serve; without, every row is read.
            return column.in_(select(campaign.c.issue).union(select(reader_event.c.issue)))
