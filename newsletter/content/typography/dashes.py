"""Dashes, dots, signs and hyphens that must not break, from what a keyboard has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.content.typography.edits import Edit
from newsletter.content.typography.languages import NBSP

__all__ = ["NB_HYPHEN", "dash_edits"]

NB_HYPHEN = "\u2011"
"""A hyphen at which no line breaks."""

_SPACED = re.compile(r"(?<=\S)(?P<space>[ \u00a0])(?P<dash>-{1,2}|[–—])(?=[ \u00a0]\S|[ \u00a0]?$)")
_TIGHT = re.compile(r"(?<=[^-\s])(?P<dash>-{2,3})(?=[^-\s])")
_RANGE = re.compile(
    r"(?<![\w/:+@#\-–—‑])(?<![0-9][.,])(?P<low>[0-9]{1,4})(?P<dash>-)(?P<high>[0-9]{1,4})"
    r"(?![\w/@\-–—‑]|[.,:][0-9])"
)
_E_WORD = re.compile(
    r"(?<![\w\-‑–—][eE])(?<=[eE])-(?=mail|book|boek|buch|bike|learning|depot|herkenning|reader|rechnung)",
    re.IGNORECASE,
)
_DOTS = re.compile(r"(?<!\.)\.\.\.(?!\.)")
_TIMES = re.compile(r"(?<=[0-9]) x (?=[0-9])")
_YEARS = range(1500, 2200)


def dash_edits(running: str) -> Iterator[Edit]:
    """Yield the edits: a dash between words, in a range of numbers, an ellipsis, ×, the hyphen of e-mail.

    Dates, telephone numbers, scores that go down and codes keep their hyphens; so do sums.
    """
    if "-" in running or "–" in running or "—" in running:
        yield from _dashes(running)
    for match in _DOTS.finditer(running):
        yield Edit(match.start(), match.end(), "…")
    for match in _TIMES.finditer(running):
        yield Edit(match.start(), match.end(), f"{NBSP}×{NBSP}")


def _dashes(running: str) -> Iterator[Edit]:
    for match in _SPACED.finditer(running):
        is_sum = running[match.start() - 1].isdigit() and running[match.end() + 1 :][:1].isdigit()
        if not is_sum:
            yield Edit(*match.span("space"), NBSP)
            yield Edit(*match.span("dash"), "—" if match["dash"] == "—" else "–")
    for match in _TIGHT.finditer(running):
        yield Edit(*match.span("dash"), "–" if len(match["dash"]) == 2 else "—")
    for match in _RANGE.finditer(running):
        if _is_range(match["low"], match["high"]):
            yield Edit(*match.span("dash"), "–")
    for match in _E_WORD.finditer(running):
        yield Edit(match.start(), match.end(), NB_HYPHEN)


def _is_range(low: str, high: str) -> bool:
    """Say whether low-high can only be a range: not a year with its month, a telephone number or a code."""
    if low.startswith("0") or high.startswith("0"):
        return False
    first, last = int(low), int(high)
    if len(low) == 4:
        is_short = len(high) == 2 and last > 12 and last == first % 100 + 1  # 2025-26
        return first in _YEARS and (is_short or (last in _YEARS and first < last))
    return len(high) <= 3 and len(high) - len(low) <= 1 and first < last
