"""Three-way merge of two texts that came from the same one: line by line, then word by word."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["Merged", "merge_texts"]

_MAX_COMPARED = 1_000_000
"""Parts × parts beyond which a stretch counts as changed whole, so that merging never takes long."""

_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Both sides' changes in one text; where they clash it has mine. `clashes` counts those places."""

    text: str
    clashes: int


@dataclass(frozen=True, slots=True)
class _Change:
    """Parts (lines or words) `start` to `end` of the base became `parts`."""

    start: int
    end: int
    parts: tuple[str, ...]


def merge_texts(base: str, mine: str, theirs: str) -> Merged:
    """Return `mine` and `theirs`, which both began as `base`, as one text.

    Changes to different lines are both taken, the same change once; within a line, changes to different
    words are, when a word that neither touched stands between them. Other changes that overlap or touch are a
    clash, for a person to decide.
    """
    lines, clashes = _merged(base.split("\n"), mine.split("\n"), theirs.split("\n"), _merged_words)
    return Merged(text="\n".join(lines), clashes=clashes)


_Resolver = Callable[[Sequence[str], Sequence[str], Sequence[str]], "list[str] | None"]


def _merged(
    old: Sequence[str], mine: Sequence[str], theirs: Sequence[str], resolve: _Resolver
) -> tuple[list[str], int]:
    """Return both sides' changes of `old`, and in how many places they clash: there `mine` stands.

    `resolve` is asked first for every stretch that both changed otherwise; None is a clash.
    """
    result: list[str] = []
    done = clashes = 0
    for start, end, left, right in _regions(_changes(old, mine), _changes(old, theirs)):
        result += old[done:start]
        my_parts, their_parts = _applied(old, start, end, left), _applied(old, start, end, right)
        if left and right and my_parts != their_parts:
            resolved = resolve(old[start:end], my_parts, their_parts)
            clashes += resolved is None
            result += my_parts if resolved is None else resolved
        else:
            result += my_parts if left else their_parts
        done = end
    return [*result, *old[done:]], clashes


def _merged_words(old: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> list[str] | None:
    """Return lines that both sides changed with both's words; None when those clash."""
    words, my_words, their_words = (_WORD.findall("\n".join(lines)) for lines in (old, mine, theirs))
    if min(_kept(words, my_words), _kept(words, their_words)) * 2 < len(words):
        return None  # written anew rather than mended: words that happen to be alike say nothing
    merged, clashes = _merged(words, my_words, their_words, lambda *_: None)
    return None if clashes else "".join(merged).split("\n")


def _kept(old: Sequence[str], new: Sequence[str]) -> int:
    """Return how many parts of `old` are in `new` still."""
    return len(old) - sum(change.end - change.start for change in _changes(old, new))


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
    """Return parts `start` to `end` of the base as one side has them."""
    result: list[str] = []
    for change in changes:
        result += old[start : change.start]
        result += change.parts
        start = change.end
    return [*result, *old[start:end]]
