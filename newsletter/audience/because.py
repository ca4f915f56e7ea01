"""Why an expression holds for one reader or not: the part that decides, and what they have there."""

from __future__ import annotations

from newsletter.audience.evaluate import Facts, history_with, matches, values_of
from newsletter.audience.expression import (
    BUCKETS,
    Aged,
    And,
    Expression,
    History,
    Not,
    Or,
    Sample,
    SegmentRef,
    sample_bucket,
)
from newsletter.domain.subscriber import Subscriber

__all__ = ["because", "deciding"]

_MOST = 5


def deciding(expression: Expression, subscriber: Subscriber, facts: Facts) -> Expression:
    """Return the smallest part of `expression` that makes it hold for `subscriber`, or not hold.

    Where all terms must hold and do, or one must and none does, that is the whole of them.
    """
    held = matches(expression, subscriber, facts)
    match expression:
        case And(terms) if not held:
            first = next(term for term in terms if not matches(term, subscriber, facts))
            return deciding(first, subscriber, facts)
        case Or(terms) if held:
            first = next(term for term in terms if matches(term, subscriber, facts))
            return deciding(first, subscriber, facts)
        case SegmentRef(_, inner):
            return deciding(inner, subscriber, facts)
        case _:
            return expression


def because(clause: Expression, subscriber: Subscriber, facts: Facts) -> str:
    """Return in words what `subscriber` has that a clause asks for; empty where the clause has parts."""
    match clause:
        case Not(term):
            return because(term, subscriber, facts)
        case Aged(_, meant):
            return because(meant, subscriber, facts)
        case History(kind, issues):
            found = sorted(history_with(facts, kind, issues))
            return f"{kind} {_listed(found)}" if found else f"{kind} none of these"
        case Sample(_, seed):
            return f"drawn at {sample_bucket(subscriber.key, seed) * 100 / BUCKETS:.2f}%"
        case And() | Or() | SegmentRef():
            return ""
        case _:
            values = sorted(_shown(value) for value in values_of(subscriber, clause.name) if value != "")
            return f"{clause.name} is {_listed(values)}" if values else f"no {clause.name}"


def _shown(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _listed(words: list[str]) -> str:
    more = f" and {len(words) - _MOST} more" if len(words) > _MOST else ""
    return ", ".join(words[:_MOST]) + more
