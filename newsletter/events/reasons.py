"""What a mail server said, as it may be shown and counted: without the address it is about."""

from __future__ import annotations

import re

__all__ = ["tidy_reason"]

_ADDRESS = re.compile(r"<?[^\s<>:;,()\[\]\"']+@[^\s<>:;,()\[\]\"']+>?")
_LONGEST = 160


def tidy_reason(said: str) -> str:
    """Return what was said on one line, with `<…>` for each address, so that the same reasons are one."""
    text = "".join(char if char.isprintable() else " " for char in said)
    return _ADDRESS.sub("<…>", " ".join(text.split()))[:_LONGEST]
