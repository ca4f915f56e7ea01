"""What kinds of readers answered, so that a small group cannot be told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["SMALLEST_GROUP", "KindCount", "count_kinds"]

SMALLEST_GROUP = 3
"""Kinds with fewer readers than this are counted among the others (k-anonymity, k = 3)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KindCount:
    """How many readers of one kind answered; `kind` is None for all others together."""

    kind: str | None
    readers: int


def count_kinds(kinds: Iterable[str | None], *, is_open: bool = False) -> tuple[KindCount, ...]:
    """Count `kinds`, one of each reader and None where it is not known; the largest first, others last.

    Groups smaller than SMALLEST_GROUP are folded into the others, unless `is_open`.
    """
    counts = Counter(kinds)
    others = counts.pop(None, 0)
    shown: list[KindCount] = []
    for kind, readers in sorted(counts.items(), key=lambda one: (-one[1], str(one[0]))):
        if readers < SMALLEST_GROUP and not is_open:
            others += readers
        else:
            shown.append(KindCount(kind=kind, readers=readers))
    return (*shown, KindCount(kind=None, readers=others)) if others else tuple(shown)
