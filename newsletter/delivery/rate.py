"""How fast messages may leave: `10/s`, `600/m` or `600/h`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

__all__ = ["Rate", "RateLimiter", "parse_rate"]

_RATE = re.compile(r"\s*([1-9][0-9]{0,8})\s*/\s*([smh])\s*")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `messages` in any `per_s` seconds."""

    messages: int
    per_s: float


def parse_rate(text: str, place: Place | None = None) -> Rate:
    """Read a rate. Raises ConfigError."""
    match = _RATE.fullmatch(text)
    if match is None:
        raise ConfigError(
            Problem(
                what=f'"{text}" is not a rate',
                place=place,
                fix='write a whole number per second, minute or hour: "10/s", "600/m" or "5000/h"',
            )
        )
    return Rate(messages=int(match[1]), per_s=_SECONDS[match[2]])


class RateLimiter:
    """Spaces batches so that the rate holds.

    A batch of n messages keeps the road closed for n / rate seconds. Nothing is saved up while idle, so
    there is no burst after a pause; times are monotonic, so a clock set forward or back has no effect.
    """

    def __init__(self, rate: Rate | None) -> None:
        """Start with the road open; no `rate` means no limit."""
        self._seconds_each = rate.per_s / rate.messages if rate else 0.0
        self._open_at = float("-inf")

    def wait_s(self, now: float) -> float:
        """Return how long to wait before the next batch; `now` is monotonic, in seconds."""
        return max(0.0, self._open_at - now)

    def spend(self, messages: int, now: float) -> None:
        """Note that `messages` leave at `now`."""
        self._open_at = max(now, self._open_at) + messages * self._seconds_each
