"""Reading when a letter is to leave: a day, a time, and where on earth it is that time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from newsletter.domain.local_time import at_local, find_zone
from newsletter.domain.nearest import nearest
from newsletter.errors import Problem, UsageError

__all__ = ["Appointment", "parse_appointment"]

_WHEN = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2}|today|tomorrow)(?:T|\s+)(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)"
    r"\s*(?P<offset>Z(?![A-Za-z])|[+-][0-9]{2}:?[0-9]{2})?\s*(?P<zone>[A-Za-z][A-Za-z0-9_+/-]*)?",
    re.IGNORECASE,
)
_EXAMPLE = '"2026-12-01 09:30", "tomorrow 9:30" or "2026-12-01 09:30 Europe/Amsterdam"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A moment a letter is to leave at.

    `at` is that moment (UTC). `wall` is the time that was asked for, without a zone, where it may be taken
    in every reader's own; None where a zone or an offset was named. `notes` say what is odd about it.
    """

    at: datetime
    wall: datetime | None = None
    notes: tuple[str, ...] = ()


def parse_appointment(text: str, *, now: datetime, zone: ZoneInfo) -> Appointment:
    """Read `text`, where no zone is named in `zone`; `today` is the day of `now` there.

    Raises UsageError for what is no day and time, or names a zone that does not exist.
    """
    match = _WHEN.fullmatch(text.strip())
    if match is None:
        raise _unreadable(text, "it has to be a day and a time")
    named = match["zone"]
    if named and match["offset"]:
        raise _unreadable(text, f"it names both {match['offset']} and {named}")
    place = _zone(named, text) if named else zone
    try:
        wall = datetime.combine(_day(match["day"].lower(), now, place), _time(match["time"]))
        if match["offset"]:
            return Appointment(
                at=datetime.fromisoformat(f"{wall.isoformat()}{_offset(match)}").astimezone(UTC)
            )
        moment = at_local(wall, place)
    except (ValueError, OverflowError) as error:
        raise _unreadable(text, str(error)) from None
    notes = (moment.note,) if moment.note else ()
    return Appointment(at=moment.at, wall=None if named else wall, notes=notes)


def _day(text: str, now: datetime, zone: ZoneInfo) -> date:
    if text in ("today", "tomorrow"):
        return now.astimezone(zone).date() + timedelta(days=text == "tomorrow")
    return date.fromisoformat(text)


def _time(text: str) -> time:
    return time.fromisoformat(text.rjust(5, "0") if text.count(":") == 1 else text.rjust(8, "0"))


def _offset(match: re.Match[str]) -> str:
    offset = match["offset"].upper()
    return "+00:00" if offset == "Z" else offset


def _zone(name: str, text: str) -> ZoneInfo:
    zone = find_zone(name)
    if zone is None:
        near = nearest(name, available_timezones())
        raise UsageError(
            Problem(
                what=f'--at names a time zone that does not exist: "{name}"',
                why=f'it says "{text}"',
                fix=f"did you mean {near}?" if near else "write a name such as Europe/Amsterdam",
            )
        )
    return zone


def _unreadable(text: str, why: str) -> UsageError:
    return UsageError(
        Problem(what=f'--at cannot be read: "{text}"', why=why, fix=f"write for example {_EXAMPLE}")
    )
