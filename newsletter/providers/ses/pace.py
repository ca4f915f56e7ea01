"""Mails inside a batch, spaced so that a rate holds from the first to the last."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

__all__ = ["Pace"]


class Pace:
    """Gives each mail its moment; shared by all threads that send."""

    def __init__(
        self, seconds_each: float, monotonic: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        """Let a mail go every `seconds_each`; 0 means no limit. Nothing is saved up while idle."""
        self._seconds_each = seconds_each
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = Lock()
        self._next = float("-inf")

    def wait(self) -> None:
        """Return when the next mail may leave."""
        if not self._seconds_each:
            return
        with self._lock:
            now = self._monotonic()
            turn = max(now, self._next)
            self._next = turn + self._seconds_each
        if turn > now:
            self._sleep(turn - now)
