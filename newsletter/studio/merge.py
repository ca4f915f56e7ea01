"""Three-way merge of two texts that came from the same one, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["Merged", "merge_texts"]

_MAX_COMPARED = 1_000_000
"""Lines × lines beyond which a stretch counts as changed whole, so that merging never takes long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Both sides' changes in one text; where they clash it has mine. `clashes` counts those places."""

    text: str
    clashes: int


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines `start` to `end` of the base became `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge_texts(base: str, mine: str, theirs: str) -> Merged:
    """Return `mine` and `theirs`, which both began as `base`, as one text.

    Changes to different lines are both taken, the same change once. Changes that overlap or touch are a
    clash, for a person to decide.
    """
    old = base.split("\n")
    ours, others = _changes(old, mine.split("\n")), _changes(old, theirs.split("\n"))
    result: list[str] = []
    done = clashes = 0
    for start, end, left, right in _regions(ours, others):
        result += old[done:start]
        my_lines, their_lines = _applied(old, start, end, left), _applied(old, start, end, right)
        is_clash = bool(left) and bool(right) and my_lines != their_lines
        clashes += is_clash
        result += my_lines if left else their_lines
        done = end
    return Merged(text="\n".join([*result, *old[done:]]), clashes=clashes)


def _changes(old: Sequence[str], new: Sequence[str]) -> list[_Change]:
    """Return what makes `new` of `old`, in order."""
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    a, b = old[first : len(old) - last], new[first : len(new) - last]
    if not a and not b:
        return []
    if len(a) * len(b) > _MAX_COMPARED:
        return [_Change(first, first + len(a), tuple(b))]
    return [
        _Change(first + start, first + end, tuple(b[left:right]))
        for kind, start, end, left, right in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes()
        if kind != "equal"
    ]


def _regions(
    ours: list[_Change], others: list[_Change]
) -> Iterator[tuple[int, int, list[_Change], list[_Change]]]:
    """Yield stretches of the base that were changed, with both sides' changes that overlap or touch there."""
    waiting = sorted(
        [(change, True) for change in ours] + [(change, False) for change in others],
        key=lambda one: (one[0].start, one[0].end),
    )
    while waiting:
        change, _ = waiting[0]
        start, end = change.start, change.end
        group: list[tuple[_Change, bool]] = []
        while waiting and waiting[0][0].start <= end:
            group.append(waiting.pop(0))
            end = max(end, group[-1][0].end)
        yield (
            start,
            end,
            [one for one, is_ours in group if is_ours],
            [one for one, is_ours in group if not is_ours],
        )


def _applied(old: Sequence[str], start: int, end: int, changes: list[_Change]) -> list[str]:
    """Return lines `start` to `end` of the base as one side has them."""
    result: list[str] = []
    for change in changes:
        result += old[start : change.start]
        result += change.lines
        start = change.end
    return [*result, *old[start:end]]
