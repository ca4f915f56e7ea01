"""Dates, times and numbers as people write them in a language: CLDR, through Babel, loaded when asked."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel import Locale

__all__ = ["DateForm", "date_text", "decimal_text"]

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")  # the shape of a BCP 47 tag
_WORLD_ENGLISH = "en_001"
"""English without a country: 24 November 2026. With one, the country's habit: `en-US` has November 24."""


class DateForm(StrEnum):
    """How a date is written; the examples are Dutch."""

    SHORT = "short"
    """24-11-2026"""
    MEDIUM = "medium"
    """24 nov 2026"""
    LONG = "long"
    """24 november 2026"""
    FULL = "full"
    """dinsdag 24 november 2026"""
    WEEKDAY = "weekday"
    """dinsdag"""
    DAY = "day"
    """24"""
    MONTH = "month"
    """november"""
    YEAR = "year"
    """2026"""
    TIME = "time"
    """09:30"""


_PATTERNS = {DateForm.WEEKDAY: "cccc", DateForm.DAY: "d", DateForm.MONTH: "LLLL", DateForm.YEAR: "y"}
# CLDR's letters for the parts of a date, UTS 35 part 4; cccc and LLLL are the forms that stand alone.


def date_text(moment: date, form: DateForm, lang: str) -> str:
    """Return `moment` (a date, or a datetime of which the clock time is taken as it is) in `lang` (BCP 47).

    A date without a time is midnight. In a language CLDR does not know, it is written as in English.
    """
    clock = moment.time() if isinstance(moment, datetime) else time()
    return _date_text(date(moment.year, moment.month, moment.day), clock, form, lang)


@lru_cache(maxsize=4096)
def _date_text(day: date, clock: time, form: DateForm, lang: str) -> str:
    from babel import dates

    locale = _locale(lang)
    if form is DateForm.TIME:
        return dates.format_time(clock, "short", locale=locale)
    return dates.format_date(day, _PATTERNS.get(form, form.value), locale=locale)


@lru_cache(maxsize=65_536)
def decimal_text(value: float, lang: str) -> str:
    """Return `value` with the decimal mark of `lang` (BCP 47) and every digit, without groups: 1234,5."""
    from babel import numbers

    plain = format(Decimal(repr(value)), "f")
    return plain.removesuffix(".0").replace(".", numbers.get_decimal_symbol(_locale(lang)))


@lru_cache(maxsize=256)
def _locale(lang: str) -> Locale:
    from babel import Locale, UnknownLocaleError

    primary = lang.partition("-")[0].lower()
    if lang.lower() != "en" and _TAG.fullmatch(lang):
        for name in (lang, primary):
            try:
                return Locale.parse(name, sep="-")
            except (UnknownLocaleError, ValueError):
                continue
    return Locale.parse(_WORLD_ENGLISH)
