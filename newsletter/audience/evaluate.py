"""Say whether one subscriber belongs to a segment, in plain Python: for `why`, and as the oracle in tests."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from newsletter.audience.expression import (
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
    sample_bucket,
)
from newsletter.domain.subscriber import Subscriber, SubscriberStatus

__all__ = ["Facts", "belongs", "history_with", "matches", "values_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What happened with one subscriber, as slugs of issues; `latest` has all sent issues, newest first."""

    received: frozenset[str] = frozenset()
    replied: frozenset[str] = frozenset()
    bounced: frozenset[str] = frozenset()
    clicked: frozenset[str] = frozenset()
    latest: tuple[str, ...] = ()

    def of(self, kind: HistoryKind) -> frozenset[str]:
        """Return the slugs of the issues with which `kind` happened."""
        return {
            HistoryKind.RECEIVED: self.received,
            HistoryKind.REPLIED: self.replied,
            HistoryKind.BOUNCED: self.bounced,
            HistoryKind.CLICKED: self.clicked,
        }[kind]


_NO_FACTS = Facts()
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # Python reads weeks and days without hyphens too
_ORDER: dict[Operator, Callable[[Any, Any], bool]] = {  # both sides have one type by then
    Operator.LESS: operator.lt,
    Operator.AT_MOST: operator.le,
    Operator.MORE: operator.gt,
    Operator.AT_LEAST: operator.ge,
}


def belongs(expression: Expression, subscriber: Subscriber, facts: Facts = _NO_FACTS) -> bool:
    """Say whether the segment selects `subscriber`: `matches`, and active unless `status` is named.

    Suppressions are not known here; whoever sends subtracts them.
    """
    if subscriber.status is not SubscriberStatus.ACTIVE and not mentions_status(expression):
        return False
    return matches(expression, subscriber, facts)


def matches(expression: Expression, subscriber: Subscriber, facts: Facts = _NO_FACTS) -> bool:
    """Say whether `expression` holds for `subscriber`; total, whatever values a subscriber has."""
    match expression:
        case And(terms):
            return all(matches(term, subscriber, facts) for term in terms)
        case Or(terms):
            return any(matches(term, subscriber, facts) for term in terms)
        case Not(term):
            return not matches(term, subscriber, facts)
        case SegmentRef(_, inner) | Aged(_, inner):
            return matches(inner, subscriber, facts)
        case History(kind, issues):
            return bool(history_with(facts, kind, issues))
        case Sample(buckets, seed):
            return sample_bucket(subscriber.key, seed) < buckets
        case IsNone(name):
            return not any(value != "" for value in values_of(subscriber, name))
        case _:
            return any(_leaf_holds(expression, value) for value in values_of(subscriber, expression.name))


def history_with(facts: Facts, kind: HistoryKind, issues: Issues) -> frozenset[str]:
    """Return the slugs, of the `issues` meant, of those with which `kind` happened."""
    match issues:
        case AnyIssue():
            return facts.of(kind)
        case LastIssues(count):
            return facts.of(kind).intersection(facts.latest[:count])
        case OneIssue(slug):
            return facts.of(kind) & {slug}


def values_of(subscriber: Subscriber, name: str) -> list[object]:
    """Return what `subscriber` has under a field or one of BUILT_IN_NAMES: none, one, or several tags."""
    built_in: dict[str, Callable[[], Iterable[object]]] = {
        "tag": lambda: subscriber.tags,
        "lang": lambda: (subscriber.lang,),
        "status": lambda: (str(subscriber.status),),
        "email": lambda: (subscriber.email,),
        "domain": lambda: (subscriber.email.rpartition("@")[2],),
        "joined": lambda: (_day(subscriber.joined),),
        "confirmed": lambda: (_day(subscriber.confirmed),),
        "source": lambda: (subscriber.source,),
    }
    found = built_in[name]() if name in built_in else (subscriber.fields.get(name),)
    return [value for value in found if value is not None]


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(UTC).date() if moment else None


def _leaf_holds(leaf: Compare | Range | OneOf, value: object) -> bool:
    match leaf:
        case Compare(_, Operator.EQUAL, wanted):
            return _equal(value, wanted)
        case Compare(_, Operator.CONTAINS, wanted):
            return isinstance(value, str) and fold_text(str(wanted)) in fold_text(value)
        case Compare(_, order, wanted):
            return _ordered(order, value, wanted)
        case Range(_, low, high):
            return _ordered(Operator.AT_LEAST, value, low) and _ordered(Operator.AT_MOST, value, high)
        case OneOf(_, values):
            return any(_equal(value, wanted) for wanted in values)


def _equal(value: object, wanted: Value) -> bool:
    typed = _as_type_of(value, wanted)
    return typed is not None and typed == (fold_text(wanted) if isinstance(wanted, str) else wanted)


def _ordered(order: Operator, value: object, wanted: Value) -> bool:
    typed = _as_type_of(value, wanted)
    return typed is not None and not isinstance(wanted, str) and _ORDER[order](typed, wanted)


def _as_type_of(value: object, wanted: Value) -> Value | None:
    """Return `value` in the type of `wanted`, or None when it is of another type: then nothing holds."""
    if isinstance(wanted, bool):
        return value if isinstance(value, bool) else None
    if isinstance(wanted, int | float):
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if isinstance(wanted, date):
        return value if isinstance(value, date) else _stored_day(value)
    return fold_text(value) if isinstance(value, str) else None


def _stored_day(value: object) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
