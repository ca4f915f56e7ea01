"""From the tree of a segment expression back to text that reads the same."""

from __future__ import annotations

import re
from datetime import date

from newsletter.audience.expression import (
    BUCKETS,
    Aged,
    And,
    AnyIssue,
    Compare,
    Expression,
    History,
    IsNone,
    Issues,
    LastIssues,
    Leaf,
    Not,
    OneOf,
    Or,
    Range,
    Sample,
    SegmentRef,
    Value,
)

__all__ = ["to_text"]

_PLAIN = re.compile(r'(?:(?!\.\.)[^\s()",\\“”„‟])+')
_SPECIAL = re.compile(r"none|any|last[0-9]*")


def to_text(expression: Expression) -> str:
    """Return `expression` as text; parsing it again gives an equal tree.

    An `and` inside an `OR` gets brackets it could do without, so that nobody has to know which binds
    tighter.
    """
    match expression:
        case And(terms):
            return " ".join(_bracketed(term, Or) for term in terms)
        case Or(terms):
            return " OR ".join(_bracketed(term, And) for term in terms)
        case Not(term):
            return f"-{_bracketed(term, And, Or, Not)}"
        case _:
            return _term(expression)


def _term(leaf: Leaf | SegmentRef) -> str:
    match leaf:
        case Aged(text, _):
            return text
        case SegmentRef(name, _):
            return f"segment:{_quoted(name)}"
        case IsNone(name):
            return f"{name}:none"
        case Compare(name, operator, value):
            return f"{name}{operator}{_value(value)}"
        case Range(name, low, high):
            return f"{name}:{_value(low)}..{_value(high)}"
        case OneOf(name, values):
            return f"{name}:({','.join(_value(value) for value in values)})"
        case History(kind, issues):
            return f"{kind}:{_issues(issues)}"
        case Sample(buckets, seed):
            percent = f"{buckets * 100 / BUCKETS:.2f}".rstrip("0").rstrip(".")
            return f"sample:{_quoted(f'{percent}%@{seed}' if seed else f'{percent}%')}"


def _bracketed(term: Expression, *kinds: type[And] | type[Or] | type[Not]) -> str:
    text = to_text(term)
    return f"({text})" if isinstance(term, kinds) else text


def _issues(issues: Issues) -> str:
    if isinstance(issues, AnyIssue):
        return "any"
    if isinstance(issues, LastIssues):
        return f"last{issues.count}"
    return _quoted(issues.slug)


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.16f}".rstrip("0").rstrip(".")
    return str(value) if isinstance(value, int) else _quoted(value)


def _quoted(text: str) -> str:
    if _PLAIN.fullmatch(text) and not _SPECIAL.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
