"""What a reader may choose about the letters they get."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from newsletter.domain.local_time import at_local

__all__ = ["FREQUENCY_FIELD", "LONGEST_PAUSE_DAYS", "REST_DAYS", "Frequency", "Preferences", "Rest", "Topic"]

FREQUENCY_FIELD = "frequency"
"""The field of `[fields]` that holds how often a reader wants to hear; without it nobody may choose."""

REST_DAYS = 28
"""How many days after a letter a reader who wants few gets the next: four weeks, so that the day stays."""

LONGEST_PAUSE_DAYS = 366
"""Whoever wants to pause longer had better leave, and come back."""


class Frequency(StrEnum):
    """How often a reader wants to hear, kept in FREQUENCY_FIELD where it is declared."""

    EVERY = "every"
    SELDOM = "seldom"  # at most one letter in REST_DAYS days


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """Before whose letters, and after, one of `issue` is too many for who wants few.

    Campaigns of other issues count that begin from `since` until before `until`, both aware, and were made
    before `known_at`, if that is said.
    """

    issue: str
    since: datetime
    until: datetime
    known_at: datetime | None = None

    @classmethod
    def around(cls, issue: str, at: datetime, zone: ZoneInfo, known_at: datetime | None = None) -> Rest:
        """Return the rest around a letter that leaves `at` (aware), in days of the newsletter's `zone`."""
        day = at.astimezone(zone).date()
        since, until = (_midnight(day + timedelta(days=days), zone) for days in (1 - REST_DAYS, REST_DAYS))
        return cls(issue=issue, since=since, until=until, known_at=known_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A segment readers may choose: it is who has one `tag`. `title` is for people."""

    name: str
    tag: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What one reader chose. `topics` are names; None stands for what was never chosen.

    `paused_until` is the first day with letters again, in the newsletter's time zone.
    """

    lang: str | None = None
    topics: frozenset[str] = field(default_factory=frozenset)
    frequency: Frequency | None = None
    paused_until: date | None = None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return at_local(datetime.combine(day, time()), zone).at
