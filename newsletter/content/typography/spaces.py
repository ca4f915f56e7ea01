"""Spaces at which a line must not break, and the ones a language puts before its marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from newsletter.content.typography.edits import Edit
from newsletter.content.typography.languages import NBSP, Language

__all__ = ["space_edits"]

_CANDIDATE = re.compile(
    r"(?<=[0-9€$£§№]) (?=\S)|(?<=\S) (?=[0-9A-ZÀ-ÖØ-Þ])|(?<=\b\w\.) (?=\w)"
    r"|(?<=[0-9][.e]) (?=\w)|(?<=[0-9](?:er|st|nd|rd|th)) (?=\w)"
)
_BEFORE = re.compile(r"[^\s(\[{\"'“‘„‚«]*$")
_AFTER = re.compile(r"[^\s,;:!?)\]}\"'”’“‘»]*")
_INITIALS = re.compile(r"(?:[A-ZÀ-ÖØ-Þ]\.)+")
_DAY = re.compile(r"[0-9]{1,2}(?:\.|er|e|st|nd|rd|th)?")
_DAY_BEHIND = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th)?\.?")
_GROUP = re.compile(r"[0-9]{3}\.?")
_POSTCODE = re.compile(r"[A-Z]{2}\.?")
_UNITS = frozenset(
    [
        *(
            "%",
            "‰",
            "€",
            "$",
            "£",
            "eur",
            "°",
            "°c",
            "°f",
            "km",
            "hm",
            "m",
            "cm",
            "mm",
            "km²",
            "m²",
            "cm²",
            "m³",
        ),
        *(
            "ha",
            "t",
            "kg",
            "g",
            "mg",
            "l",
            "dl",
            "cl",
            "ml",
            "km/u",
            "km/h",
            "s",
            "min",
            "w",
            "v",
            "kw",
            "mw",
        ),
        *("gw", "kwh", "mwh", "gwh", "db", "hz", "kb", "mb", "gb", "tb"),
    ]
)
_SIGNS = frozenset(["€", "$", "£", "§", "§§", "№", "eur"])
_ELIDED = re.compile(r"(?<!\w)['’‘](?:s|t|n|k)(?P<space> )(?=\w)", re.IGNORECASE)
_LONGEST = 24


def space_edits(running: str, language: Language) -> Iterator[Edit]:
    """Yield the edits that keep numbers with their units, months, titles and signs together."""
    for match in _CANDIDATE.finditer(running):
        index = match.start()
        before = _BEFORE.search(running[max(0, index - _LONGEST) : index])
        after = _AFTER.match(running, index + 1, index + 1 + _LONGEST)
        if before and after and _belong(before[0], after[0], language):
            yield Edit(index, index + 1, NBSP)
    if language.keeps_elided:
        for match in _ELIDED.finditer(running):
            yield Edit(*match.span("space"), NBSP)
    if language.spaced_marks:
        yield from _mark_edits(running, language)


def _belong(before: str, after: str, language: Language) -> bool:
    """Say whether `before` and `after`, two words, stay on one line."""
    low, high = before.lower(), after.lower()
    unit = high.rstrip(".")
    if before[-1:].isdigit():
        if unit in _UNITS or unit in language.units or high in language.units:
            return True
        if language.groups_digits and before[0].isdigit() and _GROUP.fullmatch(after):
            return True
        if language.has_postcodes and len(before) == 4 and before.isdigit() and _POSTCODE.fullmatch(after):
            return True
    if _DAY.fullmatch(before) and (unit in language.months or high in language.months):
        return True
    if after[:1].isdigit():
        is_date = low in language.months and _DAY_BEHIND.fullmatch(after) is not None
        return low in _SIGNS or low in language.numbered or is_date
    if after[:1].isupper() and (low in language.titles or _INITIALS.fullmatch(before)):
        return True
    return (low, high) in language.spelled


def _mark_edits(running: str, language: Language) -> Iterator[Edit]:
    present, missing = _mark_patterns("".join(language.spaced_marks))
    for match in present.finditer(running):
        yield Edit(
            match.start(),
            match.end(),
            language.spaced_marks.get(running[match.end() : match.end() + 1], NBSP),
        )
    for match in missing.finditer(running):
        yield Edit(match.start(), match.end(), language.spaced_marks[running[match.end()]])


@lru_cache(maxsize=32)
def _mark_patterns(marks: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds a space before one of `marks` or inside « », and the place of a missing one.

    A mark with a hyphen or bracket behind it is a smiley; one with a letter behind it is part of a code.
    """
    some = re.escape(marks)
    return (
        re.compile(rf"(?<=\S) (?=[{some}](?![-–—():\w])|»)|(?<=«) "),
        re.compile(rf"(?<=[\w)\]%»])(?=[{some}]+(?:\s|$|[\"'”’»)\]]))"),
    )
