"""Classic Outlook for Windows, which draws with Word: what it half supports, in this renderer's words.

What Word does not support at all is taken out by `apply_support`; here is the rest, by the notes in the data.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from lxml.etree import _Element

from newsletter.render.clients.css import Declaration
from newsletter.render.clients.losses import LossKind
from newsletter.render.clients.page import Page
from newsletter.render.clients.tree import drop, set_style, style_of, unwrap

__all__ = ["apply_word"]

_CELLS = frozenset(["td", "th"])
_UNSIZED = frozenset(["body", "span", "div", "p"])
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgb\([^()]*\)", re.IGNORECASE)
_OFFICE = re.compile(r"[vow]:", re.IGNORECASE)
_Change = Callable[[_Element, Declaration], Declaration | None]


def apply_word(page: Page) -> None:
    """Change `page`, its conditional comments already carried out, to what Word makes of it."""
    for element in page.elements():
        if _OFFICE.match(element.tag):
            unwrap(element)  # a shape in VML cannot be drawn here; what is in it can
        elif element.tag == "xml":
            drop(element)
        else:
            if element.tag == "img":
                _size_picture(page, element)
            if element.get("style"):
                set_style(element, _kept(page, element))


def _kept(page: Page, element: _Element) -> list[Declaration]:
    found = style_of(element)
    kept = []
    for one in found:
        if one.name.startswith("mso-"):
            kept += _office_style(element, one)
            continue
        changed = None if one.is_important else _CHANGES.get(_family(one.name), _same)(element, one)
        if changed is not None:
            kept.append(changed)
        elif not (one.name == "padding" and any(each.name == "mso-padding-alt" for each in found)):
            page.losses.add(LossKind.PROPERTY, _shown(one), element)
    return kept


def _office_style(element: _Element, declaration: Declaration) -> list[Declaration]:
    if declaration.name == "mso-padding-alt" and element.tag in _CELLS:
        return [Declaration("padding", declaration.value)]
    if declaration.name == "mso-hide" and declaration.value == "all":
        return [Declaration("display", "none")]
    return []


def _shown(declaration: Declaration) -> str:
    if declaration.is_important:
        return f"{declaration.name} … !important"
    return f"{declaration.name}: {declaration.value}" if declaration.name == "display" else declaration.name


def _family(name: str) -> str:
    return "padding" if name.startswith("padding-") else "margin" if name.startswith("margin-") else name


def _same(_element: _Element, declaration: Declaration) -> Declaration | None:
    return declaration


def _padding(element: _Element, declaration: Declaration) -> Declaration | None:
    return declaration if element.tag in _CELLS or declaration.value.strip("0px ") == "" else None


def _margin(element: _Element, declaration: Declaration) -> Declaration | None:
    if declaration.value.strip("0px ") == "":
        return declaration
    if element.tag in ("span", "body") or "auto" in declaration.value or "-" in declaration.value:
        return None
    return declaration


def _width(element: _Element, declaration: Declaration) -> Declaration | None:
    return None if element.tag in _UNSIZED or element.tag == "img" else declaration


def _height(element: _Element, declaration: Declaration) -> Declaration | None:
    return None if element.tag in _UNSIZED else declaration


def _max_width(element: _Element, declaration: Declaration) -> Declaration | None:
    return declaration if element.tag == "table" else None


def _background(_element: _Element, declaration: Declaration) -> Declaration | None:
    if "(" not in declaration.value and " " not in declaration.value:
        return declaration
    found = _COLOUR.search(declaration.value)
    return replace(declaration, name="background-color", value=found[0]) if found else None


def _display(element: _Element, declaration: Declaration) -> Declaration | None:
    if declaration.value in ("block", "inline", "table", "table-cell", "table-row"):
        return declaration  # what most elements are anyway
    return declaration if declaration.value == "none" and element.tag != "img" else None


_CHANGES: dict[str, _Change] = {
    "padding": _padding,
    "margin": _margin,
    "width": _width,
    "height": _height,
    "max-width": _max_width,
    "background": _background,
    "display": _display,
}


def _size_picture(page: Page, image: _Element) -> None:
    """Word goes by the attribute in pixels; a percentage it takes of the file, not of the column."""
    for name in ("width", "height"):
        value = image.get(name, "")
        if value.strip().endswith("%"):
            page.losses.add(LossKind.PICTURE_SIZE, f"{name}: {value}", image)
            del image.attrib[name]
