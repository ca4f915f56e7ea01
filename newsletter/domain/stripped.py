"""What a reader wrote themselves, told from what their mail carries along."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["PieceKind", "Removed", "Stripped"]


class PieceKind(StrEnum):
    """What was taken away."""

    QUOTE = "quote"  # what somebody else wrote
    ATTRIBUTION = "attribution"  # the line or lines that say who wrote it, and when
    SIGNATURE = "signature"
    FOOTER = "footer"  # what a device, a program or a mailing list adds
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A piece of `Stripped.source`, from `start` up to `end` in characters, and the rule that took it."""

    kind: PieceKind
    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripped:
    """The outcome of stripping one mail.

    `source` is the text that was read; what is in no piece of `removed` is `reply_text`, but for empty
    lines around pieces. `reply_text` keeps greeting and sign-off; `quote_text` is what may be quoted,
    without greeting, sign-off, name and contact details. `confidence` goes from 0 to 1: how sure it is
    that nothing of the writer is gone and nothing of others left.
    """

    source: str
    reply_text: str
    quote_text: str
    removed: tuple[Removed, ...]
    confidence: float
