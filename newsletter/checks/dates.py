"""Dates in running text: found by the words of the language, and given the year the author means."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from newsletter.checks.language import Language, language_of

__all__ = ["WrittenDate", "written_dates"]

_BEFORE, _AFTER = timedelta(days=60), timedelta(days=305)
"""A date without a year is the one in this stretch around the letter's own date."""

_NUMERIC = r"(?P<nd>\d{1,2})[-/](?P<nm>\d{1,2})[-/](?P<ny>20\d{2})"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDate:
    """A date as written: `start` and `end` in the text, and `weekday` (Monday is 0) when one is named.

    `day` is None when that day does not exist in any year the author can mean; `has_year` says that a
    year is written.
    """

    text: str
    start: int
    end: int
    day: date | None
    weekday: int | None
    has_year: bool


def written_dates(text: str, language: Language, anchor: date) -> Iterator[WrittenDate]:
    """Yield the dates in `text`, in order; `anchor` is the date of the letter."""
    for match in _pattern(language.code).finditer(text):
        parts = {name: value for name, value in match.groupdict().items() if value}
        if "nd" in parts:
            day, month, year = int(parts["nd"]), int(parts["nm"]), int(parts["ny"])
            if not 1 <= month <= 12:
                continue
        else:
            day = int(parts.get("d") or parts["d2"])
            month = _index(parts.get("m") or parts["m2"], language.months, language.months_short)
            year = int(parts.get("y") or parts.get("y2") or 0)
        named = parts.get("w") or parts.get("w2") or parts.get("w3")
        yield WrittenDate(
            text=match[0],
            start=match.start(),
            end=match.end(),
            day=_resolve(day, month, year, anchor),
            weekday=_index(named, language.weekdays, language.weekdays_short) - 1 if named else None,
            has_year=bool(year),
        )


@cache
def _pattern(code: str) -> re.Pattern[str]:
    language = language_of(code)
    if language is None:
        raise LookupError(code)
    month = "|".join((*language.months, *(rf"{short}\b\.?" for short in language.months_short)))
    week = "|".join((*language.weekdays, *(rf"{short}\b\.?" for short in language.weekdays_short)))
    day = r"(?P<d>\d{1,2})"
    if code == "en":
        ordinal = r"(?:st|nd|rd|th)?"
        forms = [
            rf"(?:(?P<w>{week}),?\s+(?:the\s+)?)?{day}{ordinal}\s+(?:of\s+)?(?P<m>{month})"
            r"(?:,?\s+(?P<y>(?:19|20)\d{2}))?\b",
            rf"(?:(?P<w2>{week}),?\s+)?(?P<m2>{month})\s+(?P<d2>\d{{1,2}}){ordinal}"
            r"(?:,?\s+(?P<y2>(?:19|20)\d{2}))?(?![\d:.]\d|\d)",
        ]
    else:
        forms = [
            rf"(?:(?P<w>{week}),?\s+(?:de\s+)?)?{day}(?:e|ste|de)?\s+(?P<m>{month})"
            r"(?:\s+(?P<y>(?:19|20)\d{2}))?\b",
        ]
        forms.append(rf"(?:(?P<w3>{week}),?\s+)?{_NUMERIC}(?!\d)")
    return re.compile(rf"(?<![\w.,/:-])(?:{'|'.join(forms)})", re.IGNORECASE)


def _index(word: str, long: tuple[str, ...], short: tuple[str, ...]) -> int:
    """Return the place of `word` in one of the lists, from 1."""
    plain = word.lower().rstrip(".")
    return (long if plain in long else short).index(plain) + 1


def _resolve(day: int, month: int, year: int, anchor: date) -> date | None:
    if day < 1:
        return None
    if year:
        return date(year, month, day) if day <= monthrange(year, month)[1] else None
    for candidate in (anchor.year - 1, anchor.year, anchor.year + 1):
        if day > monthrange(candidate, month)[1]:
            continue
        found = date(candidate, month, day)
        if anchor - _BEFORE <= found < anchor + _AFTER:
            return found
    return _leap_day(day, month, anchor)


def _leap_day(day: int, month: int, anchor: date) -> date | None:
    """Return the leap day nearest to come for 29 February, None for a day no month has."""
    if (day, month) != (29, 2):
        return None
    return next((date(year, 2, 29) for year in range(anchor.year, anchor.year + 2) if isleap(year)), None)
