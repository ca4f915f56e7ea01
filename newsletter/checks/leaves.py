"""The pieces of text of a rendered letter, each with the size and colours it ends up with in light mode."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from lxml import html

__all__ = ["Leaf", "leaves"]

_DECLARATION = re.compile(r"(?:^|;)\s*([a-z-]+)\s*:\s*([^;]+)", re.IGNORECASE)
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})(?![0-9a-f])", re.IGNORECASE)
_LENGTH = re.compile(r"([0-9.]+)(px|pt|em|rem|%)?")
_NAMED = {"white": "#ffffff", "black": "#000000"}
_SKIPPED = frozenset(("head", "style", "script", "title", "template"))
_BLACK, _WHITE, _USUAL_PX = "#000000", "#ffffff", 16.0
_LARGE_PX, _LARGE_BOLD_PX, _BOLD = 24, 18.66, 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A piece of text. Colours are `#rrggbb`, None when they cannot be told, as on a picture.

    `is_preheader` says that it stands in a block that is not displayed, `is_large` that it is large text
    as WCAG 2.2 means it: 24 pixels, or 18.66 and bold.
    """

    text: str
    size_px: float | None
    color: str | None
    background: str | None
    opacity: float
    is_bold: bool
    is_preheader: bool

    @property
    def is_large(self) -> bool:
        """Say whether the text is large as WCAG 2.2 means it."""
        least = _LARGE_BOLD_PX if self.is_bold else _LARGE_PX
        return self.size_px is not None and self.size_px >= least


def leaves(root: html.HtmlElement) -> Iterator[Leaf]:
    """Yield every piece of text below `root`, in reading order."""
    start = Leaf(
        text="",
        size_px=_USUAL_PX,
        color=_BLACK,
        background=_WHITE,
        opacity=1.0,
        is_bold=False,
        is_preheader=False,
    )
    stack: list[tuple[html.HtmlElement, Leaf]] = [(root, start)]
    while stack:
        element, above = stack.pop()
        if not isinstance(element.tag, str) or element.tag in _SKIPPED:
            continue
        own = _inherit(element, above)
        text = " ".join((element.text or "").split())
        if _says_something(text):
            yield replace(own, text=text)
        for child in reversed(element):
            stack.append((child, own))
            tail = " ".join((child.tail or "").split())
            if _says_something(tail):
                yield replace(own, text=tail)


def _says_something(text: str) -> bool:
    return any(char.isalnum() for char in text)


def _inherit(element: html.HtmlElement, above: Leaf) -> Leaf:
    style = {
        name.lower(): value.strip().lower()
        for name, value in _DECLARATION.findall(element.get("style") or "")
    }
    size = _size(style.get("font-size"), above.size_px)
    background = above.background
    if element.get("background") or "url(" in style.get("background", "") + style.get("background-image", ""):
        background = None
    else:
        for value in (element.get("bgcolor"), style.get("background"), style.get("background-color")):
            background = _color(value) or background
    color = style.get("color")
    weight = style.get("font-weight", "")
    is_hidden = style.get("display") == "none" or style.get("visibility") == "hidden"
    return replace(
        above,
        size_px=size,
        color=(_color(color) if color and color != "inherit" else above.color),
        background=background,
        opacity=_number(style.get("opacity"), above.opacity),
        is_bold=above.is_bold
        or element.tag in ("b", "strong", "th")
        or weight in ("bold", "600", "700", "800", "900"),
        is_preheader=above.is_preheader or is_hidden,
    )


def _color(value: str | None) -> str | None:
    if not value:
        return None
    value = value.strip().lower()
    match = _HEX.search(value)
    if match is None:
        return _NAMED.get(value.split()[0])
    digits = match[0][1:]
    return "#" + (digits if len(digits) == 6 else "".join(char * 2 for char in digits))


def _size(value: str | None, above: float | None) -> float | None:
    match = _LENGTH.fullmatch(value.strip()) if value else None
    if match is None:
        return above
    number = _number(match[1], _USUAL_PX)
    factors = {"pt": 4 / 3, "em": above or _USUAL_PX, "rem": _USUAL_PX, "%": (above or _USUAL_PX) / 100}
    return number * factors.get(match[2] or "px", 1.0)


def _number(value: str | None, default: float) -> float:
    try:
        return float(value) if value else default
    except ValueError:
        return default
