"""Rolls: who the readers of a segment were, without a word of personal data, and what changed among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = ["MARKS", "Roll"]

MARKS = 1 << 16
"""How many different marks a group of readers can have."""

Runs = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """The readers of a segment, without a word of personal data.

    `runs` are their subscriber ids, rising, as first and last of each row of consecutive ones. `digest` is
    the SHA-256 (hex) of who they are, which letter each gets, and the values that fill it. `marks` tell the
    same of groups: a power of two of them, and the reader with id *n* counts in the one *n* modulo that; the
    mark of a group is the sum of its readers', so that fewer groups can be made of more.
    """

    count: int
    runs: Runs
    digest: str
    marks: tuple[int, ...] = ()

    def count_beyond(self, other: Roll) -> int:
        """Return how many are here and not in `other`; time grows with the runs, not with their lengths."""
        return sum(last - first + 1 for first, last in _beyond(self.runs, other.runs))

    def has_others_changed(self, other: Roll) -> bool:
        """Say whether somebody who is here and in `other` has other values here.

        Of somebody in one group with a reader who came or left that cannot be told, and counts as no.
        """
        if self.digest == other.digest:
            return False
        if self.runs == other.runs:
            return True
        groups = min(len(self.marks), len(other.marks))
        if not groups:
            return False
        moved = _groups_of(_beyond(self.runs, other.runs), groups)
        moved |= _groups_of(_beyond(other.runs, self.runs), groups)
        here, there = _folded(self.marks, groups), _folded(other.marks, groups)
        return any(here[group] != there[group] for group in range(groups) if group not in moved)


def _beyond(runs: Runs, others: Runs) -> Iterator[tuple[int, int]]:
    """Yield the rows of ids that are in `runs` and not in `others`."""
    at = 0
    for first, last in runs:
        while at < len(others) and others[at][1] < first:
            at += 1
        seen = at
        while seen < len(others) and others[seen][0] <= last:
            if others[seen][0] > first:
                yield first, others[seen][0] - 1
            first = max(first, others[seen][1] + 1)
            seen += 1
        if first <= last:
            yield first, last


def _groups_of(runs: Iterable[tuple[int, int]], groups: int) -> set[int]:
    found: set[int] = set()
    for first, last in runs:
        if last - first + 1 >= groups:
            return set(range(groups))
        found.update(number % groups for number in range(first, last + 1))
        if len(found) == groups:
            break
    return found


def _folded(marks: tuple[int, ...], groups: int) -> list[int]:
    return [sum(marks[group::groups]) % MARKS for group in range(groups)]
