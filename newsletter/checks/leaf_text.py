"""What a reader reads in a letter, with the colours it stands in, from the styles written in the elements."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import etree, html

from newsletter.domain.colour import Colour, ColourError

__all__ = ["LeafText", "leaf_texts"]

_DECLARATION = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
_HEX = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b", re.IGNORECASE)
_PX = re.compile(r"([\d.]+)px")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)", re.IGNORECASE)
_BLACK, _WHITE = Colour(0, 0, 0), Colour(255, 255, 255)
_NAMES = {"black": _BLACK, "white": _WHITE}
_BOLD = frozenset({"b", "strong", "th", "h1", "h2", "h3", "h4", "h5", "h6"})
_HEADING_PX = {"h1": 32.0, "h2": 24.0, "h3": 18.72}
_SILENT = frozenset({"head", "style", "script", "title", "template"})
_DECORATION = re.compile(r"[\W_]*")
_LARGE_PX, _LARGE_BOLD_PX = 24.0, 18.66
"""WCAG 2.2 counts 18 points, or 14 points in bold, as large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafText:
    """Words of a letter; `colour` and `ground` are None where the style does not tell them for sure."""

    words: str
    colour: Colour | None
    ground: Colour | None
    is_large: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    colour: Colour | None = _BLACK
    ground: Colour | None = _WHITE
    size_px: float = 16.0
    is_bold: bool = False
    is_hidden: bool = False

    @property
    def is_large(self) -> bool:
        return self.size_px >= _LARGE_PX or (self.is_bold and self.size_px >= _LARGE_BOLD_PX)


def leaf_texts(source: str) -> Iterator[LeafText]:
    """Yield every piece of text in the HTML `source` that can be seen, in reading order.

    Reads `style`, `bgcolor` and `color` of the elements, and what they hand down; a style sheet in the head
    is not applied. Lines, dots and other marks without a letter or digit count for nothing.
    """
    parser = html.HTMLParser(huge_tree=True, encoding="utf-8")
    try:
        root = html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:  # nothing in it
        return
    looks = [_Look()]
    for event, element in etree.iterwalk(root, events=("start", "end", "comment")):
        if event == "start":
            looks.append(_look(element, looks[-1]))
            yield from _shown(element.text, looks[-1])
            continue
        if event == "end":
            looks.pop()
        yield from _shown(element.tail, looks[-1])


def _shown(text: str | None, look: _Look) -> Iterator[LeafText]:
    if text and not look.is_hidden and not _DECORATION.fullmatch(text):
        words = " ".join(text.split())
        yield LeafText(words=words, colour=look.colour, ground=look.ground, is_large=look.is_large)


def _look(element: etree._Element, around: _Look) -> _Look:
    tag = str(element.tag)
    style = dict(_DECLARATION.findall((element.get("style") or "").lower()))
    look = replace(around, is_hidden=around.is_hidden or tag in _SILENT or _hides(style))
    if tag == "a" and element.get("href"):
        look = replace(look, colour=None)  # each mail program has a colour of its own for links
    if tag in _BOLD:
        look = replace(look, is_bold=True, size_px=_HEADING_PX.get(tag, look.size_px))
    colour = style.get("color") or element.get("color")
    ground = style.get("background-color") or style.get("background") or element.get("bgcolor")
    if colour and colour != "inherit":
        look = replace(look, colour=_colour(colour))
    if ground and ground.strip() not in ("transparent", "none", "inherit", "initial"):
        look = replace(look, ground=_colour(ground))
    size = _PX.match(style.get("font-size", ""))
    if size:
        look = replace(look, size_px=float(size[1]))
    weight = style.get("font-weight", "").strip()
    return replace(look, is_bold=weight in ("bold", "bolder", "600", "700", "800", "900")) if weight else look


def _hides(style: dict[str, str]) -> bool:
    return (
        "none" in style.get("display", "")
        or "hidden" in style.get("visibility", "")
        or (style.get("opacity", "1").strip() == "0")
    )


def _colour(value: str) -> Colour | None:
    """Return the colour in `value`, None for one that cannot be told, such as a picture or a gradient."""
    value = value.strip().removesuffix("!important").strip().lower()
    if "url(" in value or "gradient(" in value:
        return None
    rgb = _RGB.search(value)
    if rgb:
        return Colour(*(min(int(part), 255) for part in rgb.groups()))
    found = _HEX.search(value)
    try:
        return Colour.parse(found[0]) if found else _NAMES.get(value)
    except ColourError:
        return None
