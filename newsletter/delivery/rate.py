"""How fast messages may leave: `10/s`, `600/m` or `600/h`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

__all__ = ["Rate", "parse_rate"]

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
