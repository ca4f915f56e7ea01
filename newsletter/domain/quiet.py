"""Hours in which no letter leaves, by the clock on the reader's wall."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from newsletter.domain.local_time import at_local

__all__ = ["QuietHours"]

_HOURS = re.compile(r"\s*([0-9]{1,2}:[0-9]{2})\s*-\s*([0-9]{1,2}:[0-9]{2})\s*", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """From `start` until just before `end`, every day; over midnight where `end` is not after `start`."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> QuietHours:
        """Read `21:00-08:00`. Raises ValueError."""
        match = _HOURS.fullmatch(text)
        if match is None:
            raise ValueError(f'"{text}" is not from one hour to another')
        start, end = (time.fromisoformat(part.rjust(5, "0")) for part in match.groups())
        if start == end:
            raise ValueError(f'"{text}" leaves no hour, or every hour')
        return cls(start=start, end=end)

    def is_quiet(self, at: datetime, zone: ZoneInfo) -> bool:
        """Say whether it is quiet in `zone` at the moment `at`."""
        wall = at.astimezone(zone).time()
        if self.start < self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def opens(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the first moment from `at` on at which it is not quiet in `zone`."""
        if not self.is_quiet(at, zone):
            return at
        return self._next(self.end, at, zone)

    def closes(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the first moment after `at` at which it becomes quiet in `zone`."""
        return self._next(self.start, at, zone)

    def __str__(self) -> str:
        """Return it as it is written."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def _next(self, hour: time, at: datetime, zone: ZoneInfo) -> datetime:
        day = at.astimezone(zone).date()
        for ahead in range(3):  # on the night a clock is put back an hour may have passed and come again
            moment = at_local(datetime.combine(day + timedelta(days=ahead), hour), zone).at
            if moment > at:
                return moment
        raise ArithmeticError(f"{hour} does not come within three days of {at}")
