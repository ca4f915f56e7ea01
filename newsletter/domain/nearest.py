"""The known word that somebody probably meant, for "did you mean"."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["nearest"]

_LONGEST = 100  # characters compared: the cost grows with their square, and no name is longer


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the one of `known` that looks most like `word`, in whatever letter case; None: none does."""
    by_fold = {name.casefold(): name for name in known}
    found = get_close_matches(word[:_LONGEST].casefold(), by_fold, n=1)
    return by_fold[found[0]] if found else None
