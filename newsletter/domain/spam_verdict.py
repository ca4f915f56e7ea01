"""What a spam filter thinks of a message."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SpamHit", "SpamVerdict"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpamHit:
    """A rule of the filter that met: its name, what it adds to the score, and what it looks for."""

    rule: str
    score: float
    meaning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpamVerdict:
    """The score in points, and the rules that met, heaviest first."""

    score: float
    hits: tuple[SpamHit, ...] = ()
