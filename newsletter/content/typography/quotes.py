"""Quotation marks of the language, and apostrophes, from the straight marks on a keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsletter.content.typography.edits import Edit
from newsletter.content.typography.languages import Language

__all__ = ["quote_edits"]

_APOSTROPHE = "’"
_STRAIGHT = re.compile("[\"']")
_OPEN_PUNCTUATION = "([{<–—-/«„“‘‚\u00a0\u202f"


def quote_edits(running: str, fixed: bytearray, language: Language) -> Iterator[Edit]:
    """Yield what each straight mark in `running` becomes.

    Marks pair up per kind, whatever stands between; a single one without a partner is an apostrophe, a
    double one stays. An opening mark before 's and the like, which word processors put there, is mended.
    """
    pairs = {'"': language.double, "'": language.single}
    elided, mistaken = _patterns(language.elided)
    waiting: dict[str, list[int]] = {'"': [], "'": []}
    found: dict[int, str] = {}
    for match in _STRAIGHT.finditer(running):
        index, mark = match.start(), match[0]
        if fixed[index]:
            continue
        before, after = running[index - 1 : index] or " ", running[index + 1 : index + 2] or " "
        can_open = not after.isspace() and (
            before.isspace() or before in _OPEN_PUNCTUATION or before in "\"'"
        )
        if mark == "'":
            found[index] = _APOSTROPHE  # until a partner is found
            if (before.isalnum() and after.isalnum()) or (can_open and elided.match(running, index)):
                continue
        is_opening = can_open and before in _OPEN_PUNCTUATION
        if waiting[mark] and not before.isspace() and not is_opening:
            opening, closing = pairs[mark]
            found[waiting[mark].pop()], found[index] = opening, closing
        elif can_open:
            waiting[mark].append(index)
    for index, text in found.items():
        yield Edit(index, index + 1, text)
    if language.single[0] == "‘":
        for match in mistaken.finditer(running):
            yield Edit(match.start(), match.end(), _APOSTROPHE)


@lru_cache(maxsize=32)
def _patterns(elided: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds a word that begins with an apostrophe, and one that a word processor quoted."""
    words = elided or "(?!)"
    return (
        re.compile(rf"'(?:{words})(?![\w'])", re.IGNORECASE),
        re.compile(rf"(?<!\w)‘(?=(?:{words})(?![\w'’‘“/]))", re.IGNORECASE),
    )
