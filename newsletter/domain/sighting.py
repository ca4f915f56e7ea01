"""What a browser shows of a letter that a reader would trip over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["THUMB_PX", "Sighting", "SightingKind", "View"]

THUMB_PX = 44
"""Height that a button wants for a thumb (WCAG 2.2, 2.5.5)."""


class View(StrEnum):
    """How the letter was shown."""

    LIGHT = "light"
    DARK = "dark"
    INVERTED_FULL = "inverted-full"  # an app that turns every colour, as Gmail on an iPhone does
    INVERTED_PARTIAL = "inverted-partial"  # an app that turns what is light, as Outlook's does
    NARROW = "narrow"  # a window of 320 pixels


class SightingKind(StrEnum):
    """What was seen."""

    ACCESS = "access"  # a rule of axe
    CONTRAST = "contrast"  # text too near to what is behind it
    TARGET = "target"  # a link or button too small for a thumb
    OVERFLOW = "overflow"  # something sticks out beside the window


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One thing seen: `what` in words, `line` of the issue's file, None when it is not in the author's text.

    `rule` and `impact` are axe's, such as `link-name` and `serious`. `size_px` is a length that was measured.
    """

    kind: SightingKind
    view: View
    what: str
    line: int | None = None
    rule: str = ""
    impact: str = ""
    size_px: float | None = None
