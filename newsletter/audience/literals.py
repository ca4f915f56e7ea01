"""Read a number, a day or a yes or no as people write it; the same rules in segments and in lists.

Nothing is guessed: what can be read in two ways (`4-9-2023`, `1,5`) is refused with the way to write it.
"""

from __future__ import annotations

import re
from datetime import date

from newsletter.domain.subscriber import FieldType, FieldValue

__all__ = ["DayOrderError", "LiteralError", "read_boolean", "read_day", "read_field", "read_number"]

_NUMBER = re.compile(r"[+-]?[0-9]{1,16}(?:\.[0-9]{1,16})?")
_ISO_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_LOCAL_DAY = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
_TRUE = frozenset({"true", "yes", "ja", "1", "waar"})
_FALSE = frozenset({"false", "no", "nee", "0", "onwaar"})

# Beyond 2^53 a float no longer holds every whole number, and beyond 2^63 no database column does.
_MAX_NUMBER = 2**53


class LiteralError(ValueError):
    """The text is not such a value; the message says how to write it."""


class DayOrderError(LiteralError):
    """It is a day, and the year does not stand first; only the user knows what does."""


def read_number(text: str) -> int | float:
    """Return the number in `text`: digits, with a point before decimals. Raises LiteralError."""
    if not _NUMBER.fullmatch(text):
        raise LiteralError(f'"{_short(text)}" is not a number; write it with digits only, such as 12 or 1.5')
    number = float(text) if "." in text else int(text)
    if abs(number) > _MAX_NUMBER:
        raise LiteralError(f'"{_short(text)}" is too large a number; the largest is {_MAX_NUMBER}')
    return number


def read_day(text: str, *, day_first: bool = False) -> date:
    """Return the day in `text`: ISO 8601 `2024-09-04`, and `4-9-2024` too when `day_first`.

    Raises LiteralError, DayOrderError for `4-9-2024` otherwise.
    """
    match = _ISO_DAY.fullmatch(text)
    local = _LOCAL_DAY.fullmatch(text)
    if match:
        year, month, day = (int(part) for part in match.groups())
    elif local and day_first:
        day, month, year = int(local[1]), int(local[3]), int(local[4])
    elif local:
        is_sure = max(int(local[1]), int(local[3])) > 12
        wrong = "does not begin with the year" if is_sure else "can be read as two days"
        raise DayOrderError(f'"{text}" {wrong}; write year, month, day: 2024-09-04')
    else:
        raise LiteralError(f'"{_short(text)}" is not a date; write it as 2024-09-04')
    try:
        return date(year, month, day)
    except ValueError:
        raise LiteralError(f'"{text}" is not a day of the calendar') from None


def read_boolean(text: str) -> bool:
    """Return whether `text` says yes: yes, true, ja, waar, 1 and their opposites. Raises LiteralError."""
    word = text.casefold()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise LiteralError(f'"{_short(text)}" is not yes or no; write yes or no')


def read_field(text: str, kind: FieldType, *, day_first: bool = False) -> FieldValue:
    """Return `text` as the value of a field of `kind`, a day as its ISO text. Raises LiteralError."""
    if kind is FieldType.NUMBER:
        return read_number(text)
    if kind is FieldType.DATE:
        return read_day(text, day_first=day_first).isoformat()
    if kind is FieldType.BOOLEAN:
        return read_boolean(text)
    return text


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
