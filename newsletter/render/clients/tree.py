"""Small changes to a tree of elements: take out, unwrap, swap, write a style."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml.etree import _Element

from newsletter.render.clients.css import Declaration, read_declarations, write_declarations

__all__ = ["CONTROLS", "drop", "set_style", "style_of", "swap", "unwrap"]

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
"""Characters that a tree of elements does not take."""


def style_of(element: _Element) -> tuple[Declaration, ...]:
    """Return the declarations in the style attribute of `element`."""
    return read_declarations(element.get("style", ""))


def set_style(element: _Element, declarations: Sequence[Declaration]) -> None:
    """Write the style attribute of `element`, without one when there is nothing to write."""
    if declarations:
        element.set("style", CONTROLS.sub("", write_declarations(declarations)))
    elif "style" in element.attrib:
        del element.attrib["style"]


def drop(element: _Element) -> None:
    """Take `element` out with all that is in it; the text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    tail, place = element.tail, parent.index(element)
    parent.remove(element)
    _join(parent, place, tail)


def _join(parent: _Element, place: int, text: str | None) -> None:
    """Put `text` before the child at `place`."""
    if not text:
        return
    if place:
        before = parent[place - 1]
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def unwrap(element: _Element) -> None:
    """Take `element` out and leave what is in it."""
    parent = element.getparent()
    if parent is None:
        return
    place = parent.index(element)
    _join(parent, place, element.text)
    for child in list(element):
        place = parent.index(element)
        parent.insert(place, child)
    drop(element)


def swap(element: _Element, other: _Element) -> None:
    """Put `other` in the place of `element`."""
    parent = element.getparent()
    if parent is None:
        return
    other.tail = element.tail
    parent.replace(element, other)
