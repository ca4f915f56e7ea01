"""Pictures that are not loaded: a box of the right size with the alternative text in it."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element

from newsletter.render.clients.css import Declaration
from newsletter.render.clients.losses import LossKind
from newsletter.render.clients.page import Page
from newsletter.render.clients.tree import CONTROLS, set_style, style_of, swap

__all__ = ["picture_box", "turn_images_off"]

_KEPT_LOOK = ("color", "font", "line-height", "text-", "letter-spacing")
_PIXELS = re.compile(r"\s*([0-9]{1,4})(?:\.[0-9]*)?(?:px)?\s*", re.ASCII)


def picture_box(image: _Element) -> _Element:
    """Return what stands in for a picture that is not loaded: a box of its size with its text."""
    text = CONTROLS.sub("", image.get("alt", "")).strip()
    look = [one for one in style_of(image) if one.name.startswith(_KEPT_LOOK)]
    width, height = _size(image, "width"), _size(image, "height")
    box = [
        Declaration("display", "inline-block"),
        Declaration("box-sizing", "border-box"),
        Declaration("max-width", "100%"),
        Declaration("overflow", "hidden"),
        Declaration("vertical-align", "top"),
        Declaration("border", "1px solid #9aa0a6"),
        Declaration("padding", "2px 4px" if text else "0"),
        Declaration("text-align", "left"),
        Declaration("width", f"{width}px" if width else ("auto" if text else "24px")),
        Declaration("height", f"{height}px" if height else "auto"),
        Declaration("min-height", "24px" if (height or 24) >= 24 else f"{height}px"),
    ]
    made = etree.Element("span", {"role": "img", "aria-label": text} if text else {"aria-hidden": "true"})
    made.text = text
    set_style(made, [*look, *box])
    return made


def _size(image: _Element, name: str) -> int | None:
    written = [one.value for one in style_of(image) if one.name == name]
    for value in (image.get(name, ""), *written):
        found = _PIXELS.fullmatch(value)
        if found:
            return int(found[1])
    return None


def turn_images_off(page: Page) -> None:
    """Show `page` as mail clients do that load no pictures until the reader asks."""
    for image in [one for one in page.elements() if one.tag == "img"]:
        text = image.get("alt", "").strip()
        kind = LossKind.PICTURES_OFF if text else LossKind.MUTE_PICTURE
        page.losses.add(kind, text or image.get("src", "").rpartition("/")[2], image)
        swap(image, picture_box(image))
    for element in page.elements():
        if "url(" in element.get("style", ""):
            set_style(element, [one for one in style_of(element) if "url(" not in one.value])
