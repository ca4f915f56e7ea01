"""Who finds an issue in the archive."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Visibility"]


class Visibility(StrEnum):
    """How much of the world finds an issue in the archive.

    PUBLIC is in lists, feeds and search; UNLISTED has a page for who has its address, and asks search engines
    to leave it out; HIDDEN has none.
    """

    PUBLIC = "public"
    UNLISTED = "unlisted"
    HIDDEN = "hidden"
