"""A clock that moves only when it is told to, or slept on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

__all__ = ["FakeClock"]


class FakeClock:
    """A `Clock` for tests: sleeping takes no time, and the time of day can jump as a computer's does."""

    def __init__(self, start: datetime = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)) -> None:
        """Start at `start`, aware; `slept_s` adds up all sleeping."""
        self._now = start
        self._monotonic = 1000.0
        self.slept_s = 0.0

    def now(self) -> datetime:
        """Return the time of day."""
        return self._now

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._monotonic

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass at once."""
        self.slept_s += seconds
        self._monotonic += seconds
        self._now += timedelta(seconds=seconds)

    def jump(self, seconds: float) -> None:
        """Set the time of day forward, or back, without time passing."""
        self._now += timedelta(seconds=seconds)
