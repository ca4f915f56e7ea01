"""A length of time as people write it: `30s`, `45m`, `1h`, `2d`."""

from __future__ import annotations

import re

__all__ = ["parse_duration_s", "shown_duration"]

_DURATION = re.compile(r"\s*([0-9]{1,6})\s*([smhd]?)\s*", re.ASCII)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def parse_duration_s(text: str) -> float:
    """Return the seconds in `text`; without a unit only 0 has a meaning. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None or (not match[2] and int(match[1])):
        raise ValueError(f'"{text}" is not a length of time')
    return float(int(match[1]) * _SECONDS.get(match[2], 1))


def shown_duration(seconds: float) -> str:
    """Return `seconds` in the two largest units that matter: `2 d 3 h`, `4 h 30 min`, `45 s`."""
    left = max(0, round(seconds))
    parts = []
    for name, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {name}")
        elif parts:
            break
    return " ".join(parts[:2]) or "0 s"
