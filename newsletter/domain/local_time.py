"""From a time on the wall of some place to a moment, also on the nights when clocks are changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["LocalMoment", "at_local", "find_zone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalMoment:
    """A moment (UTC) for a time on the wall; `note` says what was odd about that time, if anything."""

    at: datetime
    note: str | None = None


def find_zone(name: str) -> ZoneInfo | None:
    """Return the zone of that IANA name; None when there is none."""
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):  # what a directory or a strange name raises
        return None


def at_local(wall: datetime, zone: ZoneInfo) -> LocalMoment:
    """Return the moment at which the clocks of `zone` show `wall` (without a zone).

    Where the clock is put forward and `wall` never comes, it is as much later as the clock jumps; where it
    is put back and `wall` comes twice, it is the first.
    """
    first = wall.replace(tzinfo=zone, fold=0)
    at = first.astimezone(UTC)
    back = at.astimezone(zone)
    if back.replace(tzinfo=None) != wall:
        return LocalMoment(
            at=at,
            note=f"{wall:%H:%M} does not exist on {_day(wall)} in {zone.key}: "
            f"the clock is put forward, so it becomes {back:%H:%M}",
        )
    if first.utcoffset() != wall.replace(tzinfo=zone, fold=1).utcoffset():
        return LocalMoment(
            at=at,
            note=f"{wall:%H:%M} comes twice on {_day(wall)} in {zone.key}: "
            f"the clock is put back, and the first is meant ({back:%Z})",
        )
    return LocalMoment(at=at)


def _day(wall: datetime) -> str:
    return f"{wall.day} {wall:%B %Y}"
