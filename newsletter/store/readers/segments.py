"""From the tree of a segment expression to SQL with bound values.

A leaf that meets no value gives NULL. Where that could be turned round by a not, it is made false first;
elsewhere it stays, because NULL selects nobody and a bare comparison can use an index.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from sqlalchemy import BigInteger, ColumnElement, Select, and_, cast, exists, false, func, not_, or_, select
from sqlalchemy.sql.elements import Grouping

from newsletter.audience.expression import (
    BUCKETS,
    SEED_PRIME,
    Aged,
    And,
    AnyIssue,
    Compare,
    Expression,
    History,
    HistoryKind,
    IsNone,
    Issues,
    LastIssues,
    Leaf,
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
    seed_factors,
)
from newsletter.domain.delivery import BatchState
from newsletter.store.readers.postgres_values import PostgresValues
from newsletter.store.readers.segment_values import Condition, SegmentValues, compared
from newsletter.store.readers.sqlite_values import SqliteValues
from newsletter.store.schema.tables import batch, campaign, delivery, reader_event, subscriber, subscriber_tag

__all__ = ["SegmentCompiler", "latest_issues"]


class _Bracketed(Grouping[bool]):
    """A condition that stays in brackets, where SQLAlchemy would take them away.

    SQLite refuses an expression deeper than 1,000 (sqlite.org/limits.html), and a row of ANDs without
    brackets is as deep as it is long: leaves of several conditions would halve the terms allowed.
    """

    operator = None
    inherit_cache = True


class SegmentCompiler:
    """Makes conditions on `subscriber` for one kind of database: `sqlite` or `postgresql`."""

    def __init__(self, database: str) -> None:
        """Compile for `database`, the name of a dialect of SQLAlchemy's."""
        self._values: SegmentValues = PostgresValues() if database == "postgresql" else SqliteValues()

    def compile(self, expression: Expression, *, negated: bool = False) -> Condition:
        """Return what `expression` means; `negated` says that a not stands outside."""
        match expression:
            case And(terms):
                return and_(*(self.compile(term, negated=negated) for term in terms))
            case Or(terms):
                return or_(*(self.compile(term, negated=negated) for term in terms))
            case Not(term):
                return not_(self.compile(term, negated=True))
            case SegmentRef(_, inner) | Aged(_, inner):
                return self.compile(inner, negated=negated)
            case _:
                leaf = self._leaf(expression)
                return func.coalesce(leaf, false()) if negated else _Bracketed(leaf)

    def tag(self, leaf: Compare | OneOf | Range) -> Condition:
        """Return what a leaf on `tag` asks of one row of `subscriber_tag`."""
        return self._plain(subscriber_tag.c.tag_key, leaf)

    def _leaf(self, leaf: Leaf) -> Condition:
        match leaf:
            case Aged(_, meant):
                return self._leaf(meant)
            case History(kind, issues):
                return _history(kind, issues)
            case Sample(buckets, seed):
                return _bucket(seed) < buckets
            case _:
                return self._named(leaf)

    def _named(self, leaf: Compare | Range | OneOf | IsNone) -> Condition:
        match leaf.name:
            case "tag":
                tagged = select(subscriber_tag.c.subscriber_id)
                if isinstance(leaf, IsNone):
                    return subscriber.c.id.not_in(tagged.where(subscriber_tag.c.tag_key != ""))
                return subscriber.c.id.in_(tagged.where(self.tag(leaf)))
            case "status":
                return self._plain(subscriber.c.status, leaf)
            case "email":
                return self._plain(subscriber.c.email_key, leaf)
            case "joined" | "confirmed":
                return _moment(subscriber.c[leaf.name], leaf)
            case _:
                return self._field(leaf)

    def _plain(self, column: ColumnElement[str], leaf: Compare | Range | OneOf | IsNone) -> Condition:
        """Compare a column that holds folded text and is never NULL."""
        match leaf:
            case IsNone():
                return column == ""
            case Compare(_, Operator.CONTAINS, value):
                return self._values.has_part(column, fold_text(str(value)))
            case Compare(_, Operator.EQUAL, value):
                return column == fold_text(value) if isinstance(value, str) else false()
            case OneOf(_, values):
                return column.in_([fold_text(value) for value in values if isinstance(value, str)])
            case _:
                return false()

    def _field(self, leaf: Compare | Range | OneOf | IsNone) -> Condition:
        """Compare a value of the column `folded`."""
        match leaf:
            case IsNone(name):
                return self._values.missing(name)
            case OneOf(name, values):
                return self._one_of(name, values)
            case Compare(name, Operator.CONTAINS, wanted):
                return self._values.part(name, fold_text(str(wanted)))
            case Compare(name, Operator.EQUAL, wanted):
                return self._one_of(name, (wanted,))
            case Compare(name, order, wanted):
                return self._ordered(name, [(order, wanted)])
            case Range(name, low, high):
                return self._ordered(name, [(Operator.AT_LEAST, low), (Operator.AT_MOST, high)])

    def _one_of(self, name: str, values: tuple[Value, ...]) -> Condition:
        texts = [fold_text(value) for value in values if isinstance(value, str)]
        yes_or_no = {value for value in values if isinstance(value, bool)}
        numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
        days = [value for value in values if isinstance(value, date)]
        conditions = [self._values.boolean(name, value) for value in sorted(yes_or_no)]
        conditions += [self._values.day(name, [(Operator.EQUAL, day)]) for day in days]
        if texts:
            conditions.append(self._values.texts(name, texts))
        if numbers:
            conditions.append(self._values.numbers(name, numbers))
        return or_(*conditions)

    def _ordered(self, name: str, bounds: list[tuple[Operator, Value]]) -> Condition:
        days = [(order, bound) for order, bound in bounds if isinstance(bound, date)]
        if days:
            return self._values.day(name, days)
        numbers = [
            (order, bound)
            for order, bound in bounds
            if isinstance(bound, int | float) and not isinstance(bound, bool)
        ]
        return self._values.number(name, numbers) if numbers else false()


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


def _bucket(seed: str) -> ColumnElement[int]:
    """Return `sample_bucket`, of which the column holds the one without a seed."""
    if not seed:
        return subscriber.c.bucket
    factor, summand = seed_factors(seed)
    moved = (cast(subscriber.c.bucket, BigInteger) * factor + summand) % SEED_PRIME
    return moved * moved % SEED_PRIME % BUCKETS


def _moment(column: ColumnElement[datetime], leaf: Compare | Range | OneOf | IsNone) -> Condition:
    """Compare a moment by its day in UTC."""
    match leaf:
        case IsNone():
            return column.is_(None)
        case OneOf(_, values):
            days = [value for value in values if isinstance(value, date)]
            return or_(false(), *(_on(column, Operator.EQUAL, day) for day in days))
        case Range(_, low, high):
            bounds = ((Operator.AT_LEAST, low), (Operator.AT_MOST, high))
            return and_(*(_on(column, order, bound) for order, bound in bounds))
        case Compare(_, order, wanted):
            return _on(column, order, wanted)


def _on(column: ColumnElement[datetime], order: Operator, day: Value) -> Condition:
    if not isinstance(day, date):
        return false()
    start = datetime.combine(day, time.min, UTC)
    end = datetime.combine(day, time.max, UTC)  # the last microsecond, the finest we keep
    match order:
        case Operator.EQUAL:
            return column.between(start, end)
        case Operator.LESS | Operator.AT_LEAST:
            return compared(column, [(order, start)])
        case Operator.AT_MOST | Operator.MORE:
            return compared(column, [(order, end)])
        case Operator.CONTAINS:
            return false()


def _history(kind: HistoryKind, issues: Issues) -> Condition:
    if kind is HistoryKind.RECEIVED:
        return exists().where(
            delivery.c.email_key == subscriber.c.email_key,  # has an index
            delivery.c.subscriber_id == subscriber.c.id,  # and was this reader then, not one before them
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
