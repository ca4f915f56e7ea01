"""Changes to a file as data: found by their words, applied to bytes, never over each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from newsletter.domain.finding import Edit, Mend

if TYPE_CHECKING:
    from newsletter.checks.context import CheckContext
    from newsletter.source import Place

__all__ = ["apply_mends", "replace_words"]

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(r"\r\n|\r|\n")


def replace_words(
    context: CheckContext, place: Place, old: str, new: str, *, is_safe: bool = True
) -> Mend | None:
    """Return the mend that puts `new` where `old` stands at `place` in the issue.

    None when the place has no column, is in another file, or `old` is not there letter by letter.
    """
    if place.path != context.shown_path or place.line is None or place.column is None or not old:
        return None
    bom = len(_BOM) if context.raw.startswith(_BOM) else 0
    try:
        text = context.raw[bom:].decode("utf-8")
    except UnicodeDecodeError:
        return None
    start = 0
    ends = _LINE_END.finditer(text)
    for _ in range(place.line - 1):
        end = next(ends, None)
        if end is None:
            return None
        start = end.end()
    start += place.column - 1
    if text[start : start + len(old)] != old:
        return None
    first = bom + len(text[:start].encode())
    return Mend(edits=(Edit(start=first, end=first + len(old.encode()), text=new),), is_safe=is_safe)


def apply_mends(data: bytes, mends: Iterable[Mend]) -> tuple[bytes, int]:
    """Return `data` with `mends` applied, and how many were.

    A mend whose bytes an earlier one already changes is left for a next time; so is one outside `data`.
    """
    taken: list[Edit] = []
    count = 0
    for mend in sorted(set(mends), key=lambda mend: mend.edits):
        if mend.edits and all(_fits(edit, taken, len(data)) for edit in mend.edits):
            taken += mend.edits
            count += 1
    for edit in sorted(taken, reverse=True):
        data = data[: edit.start] + edit.text.encode() + data[edit.end :]
    return data, count


def _fits(edit: Edit, taken: Iterable[Edit], size: int) -> bool:
    if not 0 <= edit.start <= edit.end <= size:
        return False
    return all(
        edit.start != other.start and (edit.end <= other.start or other.end <= edit.start) for other in taken
    )
