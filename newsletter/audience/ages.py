"""How long ago a day is, as people write it: `30d`, `6w`, `2y`; reckoned back from today."""

from __future__ import annotations

import re
from datetime import date, timedelta

__all__ = ["AgeError", "is_age", "read_age"]

_AGE = re.compile(r"([0-9]{1,5})([dwy])", re.ASCII)
_LOOKS_LIKE_AGE = re.compile(r"[0-9]+ ?[a-z]+", re.ASCII | re.IGNORECASE)


class AgeError(ValueError):
    """The text is not an age; the message says how to write one."""


def is_age(text: str) -> bool:
    """Say whether `text` is meant as an age, rightly written or not; a date never is."""
    return _LOOKS_LIKE_AGE.fullmatch(text) is not None


def read_age(text: str, today: date) -> date:
    """Return the day that lies `text` before `today`.

    A year back is the same day of the calendar; from 29 February it is the 28th where there is no 29th.
    Raises AgeError.
    """
    match = _AGE.fullmatch(text)
    if match is None:
        raise AgeError(f'"{text[:20]}" is not an age; write days, weeks or years: 30d, 6w or 2y')
    count, unit = int(match[1]), match[2]
    try:
        if unit == "y":
            return _years_before(today, count)
        return today - timedelta(days=count * (7 if unit == "w" else 1))
    except (OverflowError, ValueError):
        raise AgeError(f'"{text}" ago is before the calendar begins') from None


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        if today.year - years < date.min.year:
            raise
        return today.replace(year=today.year - years, day=28)
