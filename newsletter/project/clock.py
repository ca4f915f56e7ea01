"""The real clock, and one that stands still for `--now`."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["FixedClock", "SystemClock"]


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the time of day in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait `seconds`."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class FixedClock(SystemClock):
    """The time of day stands still at `moment` (aware); waiting still takes its time."""

    moment: datetime

    def now(self) -> datetime:
        """Return `moment` in UTC."""
        return self.moment.astimezone(UTC)
