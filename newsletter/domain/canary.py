"""How many readers go first, and who: chosen by a fixed hash, so that nobody can choose them."""

from __future__ import annotations

import re
from hashlib import sha256

__all__ = ["PARTS", "canary_size", "lot"]

PARTS = 10_000
"""In how many parts an audience is cut; a wave is whole parts."""

_SIZE = re.compile(r"\s*(?:(?P<share>[0-9]{1,2}(?:\.[0-9]{1,2})?)\s*%|(?P<count>[0-9]{1,7}))\s*", re.ASCII)
_SHARE = 0.01
_LEAST, _MOST = 200, 5_000
_SMALLEST_LIST = 2_000  # with fewer, 200 readers are so many that they are the letter


def canary_size(text: str, readers: int) -> int:
    """Return how many of `readers` go first, as `text` says; 0: nobody.

    `off`, a number, a percentage, or `auto`: one in a hundred, at least 200, at most 5,000, and nobody from
    a list of fewer than 2,000. A number or percentage holds for any list. Raises ValueError.
    """
    if text == "off":
        return 0
    if text == "auto":
        return min(max(round(readers * _SHARE), _LEAST), _MOST) if readers >= _SMALLEST_LIST else 0
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is neither off, auto, a number of readers nor a percentage')
    wanted = int(match["count"]) if match["count"] else -(-readers * float(match["share"]) // 100)
    return min(int(wanted), max(readers - 1, 0))  # somebody must be left to be spared


def lot(issue: str, key: str) -> int:
    """Return the part, from 0 up to PARTS, that the reader known by `key` drew for `issue` (a slug)."""
    return int.from_bytes(sha256(f"{issue}\0{key}".encode()).digest()[:8]) % PARTS
