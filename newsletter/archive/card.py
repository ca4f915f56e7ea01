"""The picture that stands beside a shared link (https://ogp.me): title, name and day, in the theme's colours.

It is drawn with Pillow from a font that comes as a package, so that it looks the same wherever it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFont

from newsletter.config.theme import LightConfig

__all__ = ["CARD", "CARD_SIZE", "Card", "draw_card"]

CARD = "card.png"
CARD_SIZE = (1200, 630)

_EDGE = 84
_ROOM = (CARD_SIZE[0] - 2 * _EDGE, 340)
_SIZES = (92, 84, 76, 68, 60, 54, 48, 42)
_SMALL = 34
_LEADING = 1.16
_SHADES = 21  # three colours of so many, and the paper, are 64: six bits
_NO_GLYPH = "\uffff"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a card says: the title large, the newsletter's name above and the day below it."""

    title: str
    name: str
    day: str
    colours: LightConfig
    font: Path | None = None


def draw_card(card: Card) -> bytes | None:
    """Return the card as PNG, the same bytes for the same card; None when the font lacks a letter of it.

    Raises OSError for a font that cannot be read.
    """
    small = _font(card.font, _SMALL)
    title, name, day = (" ".join(text.split()) for text in (card.title, card.name, card.day))
    if not all(_can_write(small, text) for text in (title, name, day)):
        return None
    font, lines = _fitted(title, card.font)
    step = round(font.size * _LEADING)
    top = 315 - step * len(lines) // 2
    ink, accent, soft = _Layer(), _Layer(), _Layer()
    for number, line in enumerate(lines):
        ink.draw.text((_EDGE, top + number * step), line, font=font, fill=255)
    accent.draw.rectangle((0, 0, CARD_SIZE[0], 14), fill=255)
    accent.draw.text((_EDGE, 76), _shortened(name, small), font=small, fill=255)
    soft.draw.line((_EDGE, 524, CARD_SIZE[0] - _EDGE, 524), fill=100, width=2)
    soft.draw.text((_EDGE, 548), day, font=small, fill=255)
    colours = card.colours
    layers = ((ink, colours.ink), (accent, colours.accent), (soft, colours.soft))
    written = BytesIO()
    _joined(layers, colours.paper).save(written, "PNG", compress_level=6)
    return written.getvalue()


class _Layer:
    """What is drawn in one colour: how much of it each pixel has, from 0 to 255."""

    def __init__(self) -> None:
        self.shades = Image.new("L", CARD_SIZE, 0)
        self.draw = ImageDraw.Draw(self.shades)


def _joined(layers: Sequence[tuple[_Layer, str]], paper: str) -> Image.Image:
    """Return `layers`, which nowhere overlap, each in its colour on `paper`: a picture of few colours."""
    ground = ImageColor.getrgb(paper)
    picture = Image.new("L", CARD_SIZE, 0)
    palette = [*ground]
    for number, (layer, colour) in enumerate(layers):
        first = number * _SHADES
        picture = ImageChops.add(picture, layer.shades.point([_level(shade, first) for shade in range(256)]))
        full = ImageColor.getrgb(colour)
        for level in range(1, _SHADES + 1):
            palette += [
                round(one + (other - one) * level / _SHADES) for one, other in zip(ground, full, strict=False)
            ]
    picture.putpalette(palette)
    return picture


def _level(shade: int, first: int) -> int:
    level = round(shade * _SHADES / 255)
    return first + level if level else 0


def _fitted(title: str, path: Path | None) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """Return the largest font in which the title fits, and its lines."""
    for size in _SIZES:
        font = _font(path, size)
        lines = _lines(title, font, _ROOM[0])
        if len(lines) * size * _LEADING <= _ROOM[1] and all(_width(font, line) <= _ROOM[0] for line in lines):
            return font, _balanced(title, font, len(lines))
    font = _font(path, _SIZES[-1])
    most = int(_ROOM[1] // (_SIZES[-1] * _LEADING))
    lines = [_shortened(line, font) for line in _lines(title, font, _ROOM[0])]
    return font, lines if len(lines) <= most else [
        *lines[: most - 1],
        _shortened(f"{lines[most - 1]} …", font),
    ]


def _lines(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and _width(font, longer) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _balanced(text: str, font: ImageFont.FreeTypeFont, count: int) -> list[str]:
    """Return `text` on `count` lines that are as equal as they can be."""
    low, high = 1, _ROOM[0]
    while low < high:
        middle = (low + high) // 2
        lines = _lines(text, font, middle)
        fits = len(lines) <= count and all(_width(font, line) <= middle for line in lines)
        low, high = (low, middle) if fits else (middle + 1, high)
    return _lines(text, font, high)


def _shortened(text: str, font: ImageFont.FreeTypeFont) -> str:
    if _width(font, text) <= _ROOM[0]:
        return text
    while text and _width(font, f"{text} …") > _ROOM[0]:
        text = text[:-1].rstrip(" …")
    return f"{text} …"


def _width(font: ImageFont.FreeTypeFont, text: str) -> float:
    return font.getlength(text)


def _can_write(font: ImageFont.FreeTypeFont, text: str) -> bool:
    absent = bytes(font.getmask(_NO_GLYPH))
    return all(bytes(font.getmask(letter)) != absent for letter in set(text) - set(" "))


@lru_cache(maxsize=32)
def _font(path: Path | None, size: int) -> ImageFont.FreeTypeFont:
    if path is not None:
        return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)
    data = (files("font_caladea") / "files" / "Caladea-Bold.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)
