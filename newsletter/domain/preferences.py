"""What a reader may choose about the letters they get."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

__all__ = ["LONGEST_PAUSE_DAYS", "Frequency", "Preferences", "Topic"]

LONGEST_PAUSE_DAYS = 366
"""Whoever wants to pause longer had better leave, and come back."""


class Frequency(StrEnum):
    """How often a reader wants to hear, kept in the field `frequency` where it is declared."""

    EVERY = "every"
    SELDOM = "seldom"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A segment readers may choose: it is who has one `tag`. `title` is for people."""

    name: str
    tag: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What one reader chose. `topics` are names; None stands for what was never chosen.

    `paused_until` is the first day with letters again, in the newsletter's time zone.
    """

    lang: str | None = None
    topics: frozenset[str] = field(default_factory=frozenset)
    frequency: Frequency | None = None
    paused_until: date | None = None
