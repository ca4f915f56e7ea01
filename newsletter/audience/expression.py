"""The tree of a segment expression, and what its leaves mean to everybody who evaluates it.

Three things read this tree: plain Python (`evaluate.py`, the oracle), the store's SQL, and `write.py`.
They agree on these rules:

- Two truth values. A comparison with a value that is missing, empty or of another type than the one
  compared with is false, and `Not` turns exactly that round: `-role:adviseur` holds for a reader
  without a role. In SQL every leaf must therefore come out as true or false, never as NULL.
- Text is equal, or contained, after `fold_text`: letter case does not count, accents do.
- `tag` has many values; a comparison holds when any of the tags does.
- `joined` and `confirmed` are times; they are compared by their day in UTC.
- An age is reckoned back from the day on which the expression is read: `joined>30d` holds for who came
  more than thirty days before. Everybody who evaluates finds the days it came to.
- `email` compares the address in its stored form; `domain` is what stands after its `@`.
- `IsNone` holds when there is no value, an empty text, or no tag at all.
- `last3` means the three issues sent most recently to anybody; a history leaf holds when the reader
  has that history with at least one of the issues meant.
- A reader received an issue when a provider took it for them and did not refuse them by name (the ledger);
  what came of it, a bounce or a click, is what providers told afterwards (`reader_event`).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

__all__ = [
    "BUCKETS",
    "BUILT_IN_NAMES",
    "SEED_PRIME",
    "Aged",
    "And",
    "AnyIssue",
    "Compare",
    "Expression",
    "History",
    "HistoryKind",
    "IsNone",
    "Issues",
    "LastIssues",
    "Leaf",
    "Not",
    "OneIssue",
    "OneOf",
    "Operator",
    "Or",
    "Range",
    "Sample",
    "SegmentRef",
    "Value",
    "all_of",
    "any_of",
    "fold_text",
    "mentions_status",
    "sample_bucket",
    "seed_factors",
    "walk",
]

Value: TypeAlias = str | int | float | bool | date
"""What a leaf compares with: text, a number, a boolean or a day, by the type of the name."""

BUILT_IN_NAMES = ("tag", "lang", "status", "email", "domain", "joined", "confirmed", "source")
"""Names every subscriber has, beside the fields declared in `[fields]`."""

BUCKETS = 10_000
"""Into how many parts `sample_bucket` divides the readers: a sample is exact to 0.01 %."""

SEED_PRIME = 2**31 - 1
"""The prime of `seed_factors`; its square stays below 2^63."""


class Operator(StrEnum):
    """How a leaf compares; `!=` is read as not equal, so it needs no operator of its own."""

    EQUAL = ":"
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    CONTAINS = "~"


class HistoryKind(StrEnum):
    """What happened between a reader and an issue."""

    RECEIVED = "received"
    REPLIED = "replied"
    BOUNCED = "bounced"
    CLICKED = "clicked"


@dataclass(frozen=True, slots=True)
class And:
    """All `terms` hold; two or more, none of them an And."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of `terms` holds; two or more, none of them an Or."""

    terms: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`term` does not hold."""

    term: Expression


@dataclass(frozen=True, slots=True)
class Compare:
    """The value of `name` (a field or one of BUILT_IN_NAMES) compares so with `value`."""

    name: str
    operator: Operator
    value: Value


@dataclass(frozen=True, slots=True)
class Range:
    """The number or day of `name` lies between `low` and `high`, both included."""

    name: str
    low: int | float | date
    high: int | float | date


@dataclass(frozen=True, slots=True)
class OneOf:
    """The value of `name` equals one of `values`, at least one."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class IsNone:
    """`name` has no value."""

    name: str


@dataclass(frozen=True, slots=True)
class Aged:
    """`meant` holds, which was written with ages as `text`: `confirmed>1y`, on the day it was read."""

    text: str
    meant: Compare | Range


@dataclass(frozen=True, slots=True)
class OneIssue:
    """The issue with this slug."""

    slug: str


@dataclass(frozen=True, slots=True)
class LastIssues:
    """The `count` issues sent most recently, one or more."""

    count: int


@dataclass(frozen=True, slots=True)
class AnyIssue:
    """Whatever issue."""


Issues: TypeAlias = OneIssue | LastIssues | AnyIssue


@dataclass(frozen=True, slots=True)
class History:
    """The reader received, replied to, … at least one of `issues`."""

    kind: HistoryKind
    issues: Issues


@dataclass(frozen=True, slots=True)
class Sample:
    """The reader's `sample_bucket(key, seed)` is below `buckets`, 1 to BUCKETS: 10 % is 1,000."""

    buckets: int
    seed: str = ""


@dataclass(frozen=True, slots=True)
class SegmentRef:
    """The reader is in the named segment, whose `expression` is resolved already."""

    name: str
    expression: Expression


Leaf: TypeAlias = Compare | Range | OneOf | IsNone | Aged | History | Sample
"""What has no expression in it; each holds for a subscriber or does not."""

Expression: TypeAlias = And | Or | Not | SegmentRef | Leaf


def all_of(*terms: Expression) -> Expression:
    """Return the expression that holds when all `terms` do, flattened; at least one term."""
    flat = tuple(inner for term in terms for inner in (term.terms if isinstance(term, And) else (term,)))
    return flat[0] if len(flat) == 1 else And(flat)


def any_of(*terms: Expression) -> Expression:
    """Return the expression that holds when one of `terms` does, flattened; at least one term."""
    flat = tuple(inner for term in terms for inner in (term.terms if isinstance(term, Or) else (term,)))
    return flat[0] if len(flat) == 1 else Or(flat)


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield `expression` and everything in it, into segments and ages too, parents first."""
    todo = [expression]
    while todo:
        node = todo.pop()
        yield node
        if isinstance(node, And | Or):
            todo.extend(reversed(node.terms))
        elif isinstance(node, Not):
            todo.append(node.term)
        elif isinstance(node, SegmentRef):
            todo.append(node.expression)
        elif isinstance(node, Aged):
            todo.append(node.meant)


def mentions_status(expression: Expression) -> bool:
    """Say whether `status` is named, here or in a referenced segment.

    If not, only active subscribers belong to the segment: whoever selects adds that condition.
    """
    return any(getattr(node, "name", None) == "status" for node in walk(expression) if _is_leaf(node))


def fold_text(text: str) -> str:
    """Return `text` in the form in which texts are compared: NFC, case folded, accents kept."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def sample_bucket(key: str, seed: str = "") -> int:
    """Return the bucket of the subscriber with `key`, 0 to BUCKETS - 1, the same for ever.

    Without a seed it is the first four bytes, big-endian, of the SHA-256 of `key` (UTF-8), modulo BUCKETS;
    the store keeps it in a column. A seed shuffles these buckets by `seed_factors`.
    """
    bucket = int.from_bytes(sha256(key.encode()).digest()[:4], "big") % BUCKETS
    if not seed:
        return bucket
    factor, summand = seed_factors(seed)
    moved = (bucket * factor + summand) % SEED_PRIME
    return moved * moved % SEED_PRIME % BUCKETS


def seed_factors(seed: str) -> tuple[int, int]:
    """Return by what `seed` shuffles a bucket: times, plus, then the square modulo SEED_PRIME and BUCKETS.

    Plain arithmetic is the same on every database. Without the square the buckets of some seeds lie on few
    lines, and a sample of ten percent is one of four; with it, sizes and overlaps are those of chance.
    """
    digest = sha256(seed.encode()).digest()
    factor = 1 + int.from_bytes(digest[:4], "big") % (SEED_PRIME - 1)
    return factor, int.from_bytes(digest[4:8], "big") % SEED_PRIME


def _is_leaf(node: Expression) -> bool:
    return isinstance(node, Compare | Range | OneOf | IsNone)
