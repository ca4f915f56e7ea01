"""Slots in an author's text: found, judged, and carried through other languages as inert tokens."""

from __future__ import annotations

import re
from hashlib import sha256

__all__ = ["TOKEN_PATTERN", "make_token"]

TOKEN_PATTERN = re.compile(r"nlph[0-9a-f]{8}q", re.IGNORECASE)
"""What an inert token looks like: letters and digits alone, so that Markdown, MJML and inliners keep it."""


def make_token(name: str, fallback: str | None) -> str:
    """Return the inert token of the slot `name` with `fallback`: the same for the same two, always."""
    shape = name if fallback is None else f"{name}\0{fallback}"
    return f"nlph{sha256(shape.encode()).hexdigest()[:8]}q"
