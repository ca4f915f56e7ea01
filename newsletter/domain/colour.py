"""Colours: read, measured against each other, turned round as mail programs do, and mended.

Contrast is that of WCAG 2.2: the ratio of relative luminances, from 1 (none) to 21 (black on white).
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = [
    "MIN_CONTRAST",
    "Colour",
    "ColourError",
    "Showing",
    "contrast",
    "nearest_readable",
    "worst_contrast",
]

MIN_CONTRAST = 4.5
"""What running text needs: WCAG 2.2, success criterion 1.4.3 (level AA)."""

_HEX = re.compile(r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})")
_LIGHT_GROUND = 0.4
"""Relative luminance from which a mail program that darkens letters takes a colour for light."""


class ColourError(ValueError):
    """The text is not a colour."""


class Showing(StrEnum):
    """How a mail program shows a pair of colours."""

    DESIGNED = "as designed"
    TURNED = "turned round"
    PARTLY = "partly turned round"


@dataclass(frozen=True, slots=True)
class Colour:
    """An opaque sRGB colour; each part is a whole number from 0 to 255."""

    red: int
    green: int
    blue: int

    @classmethod
    def parse(cls, text: str) -> Colour:
        """Return the colour written as `#rrggbb` or `#rgb`. Raises ColourError for anything else."""
        if not _HEX.fullmatch(text):
            raise ColourError(f'"{text}" is not a colour')
        digits = text[1:] if len(text) == 7 else "".join(digit * 2 for digit in text[1:])
        return cls(*(int(digits[at : at + 2], 16) for at in (0, 2, 4)))

    def __str__(self) -> str:
        """Render as `#rrggbb` in small letters."""
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        """Return the relative luminance, from 0 (black) to 1 (white), as WCAG 2.2 defines it."""
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (self.red / 255, self.green / 255, self.blue / 255)
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def lit(self, lightness: float) -> Colour:
        """Return the colour of the same hue and saturation with another HSL lightness, from 0 to 1."""
        hue, _, saturation = colorsys.rgb_to_hls(self.red / 255, self.green / 255, self.blue / 255)
        parts = colorsys.hls_to_rgb(hue, lightness, saturation)
        return Colour(*(round(part * 255) for part in parts))

    @property
    def lightness(self) -> float:
        """Return the HSL lightness, from 0 to 1."""
        return (max(self.red, self.green, self.blue) + min(self.red, self.green, self.blue)) / 510

    @property
    def turned(self) -> Colour:
        """Return the colour with its lightness turned round, its hue kept."""
        return self.lit(1 - self.lightness)


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, whichever is the text."""
    low, high = sorted((one.luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)


def worst_contrast(text: Colour, ground: Colour) -> tuple[float, Showing]:
    """Return the lowest contrast of `text` on `ground` over all ways in which mail programs show them.

    Some turn every colour round; others turn light grounds dark, and text only where that is dark.
    """
    pairs = {
        Showing.DESIGNED: (text, ground),
        Showing.TURNED: (text.turned, ground.turned),
        Showing.PARTLY: _partly(text, ground),
    }
    return min((contrast(*pair), showing) for showing, pair in pairs.items())


def nearest_readable(text: Colour, grounds: Iterable[Colour]) -> Colour | None:
    """Return the colour nearest to `text` in lightness that can be read on every one of `grounds`.

    None when there is none, which is so on grounds of middling lightness or on grounds that differ a lot.
    """
    grounds = tuple(grounds)
    steps = sorted(range(256), key=lambda step: (abs(step / 255 - text.lightness), step))
    candidates = (text.lit(step / 255) for step in steps)
    return next(
        (
            candidate
            for candidate in candidates
            if all(worst_contrast(candidate, ground)[0] >= MIN_CONTRAST for ground in grounds)
        ),
        None,
    )


def _partly(text: Colour, ground: Colour) -> tuple[Colour, Colour]:
    if ground.luminance <= _LIGHT_GROUND:
        return text, ground
    return (text.turned if text.luminance < _LIGHT_GROUND else text), ground.turned
