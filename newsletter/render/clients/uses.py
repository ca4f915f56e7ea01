"""Which features of HTML and CSS a letter uses, by their names in the data on mail clients."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml.etree import _Element

from newsletter.render.clients.css import (
    AtRule,
    Declaration,
    SheetNode,
    media_features,
    read_declarations,
    read_sheet,
    selector_features,
)
from newsletter.render.clients.support import feature, property_feature
from newsletter.render.clients.values import picture_feature, value_features

__all__ = ["Use", "features_used"]

_DISPLAY = {"flex": "css-display-flex", "grid": "css-display-grid", "none": "css-display-none"}
_SHOWN = 60
_ELEMENTS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "html-h1-h6"),
    **dict.fromkeys(("ul", "ol", "dl"), "html-lists"),
    **dict.fromkeys(
        (
            *("article", "aside", "details", "figcaption", "figure", "footer", "header", "main"),
            *("mark", "nav", "section", "summary", "time"),
        ),
        "html-semantics",
    ),
    "map": "html-image-maps",
}
_ATTRIBUTES = {
    **dict.fromkeys(
        ("background", "hidden", "popover", "required", "role", "srcset", "target", "valign", "align"), ""
    ),
    "loading": "html-loading-attribute",
    "inert": "css-inert-attribute",
    "aria-describedby": "html-aria-describedby",
    "aria-hidden": "html-aria-hidden",
    "aria-label": "html-aria-label",
    "aria-labelledby": "html-aria-labelledby",
    "aria-live": "html-aria-live",
}
_TYPED = ("input", "button")
_WORD = re.compile(r"[a-z-]+")


@dataclass(frozen=True, slots=True)
class Use:
    """Where a letter uses a feature first: `what` stands there, as in `display: flex` or `<video>`."""

    feature: str
    what: str


def features_used(root: _Element) -> Mapping[str, Use]:
    """Return every feature of the data that the letter below `root` uses, with its first use."""
    found: dict[str, Use] = {}
    for use in _uses(root):
        if use.feature not in found and feature(use.feature) is not None:
            found[use.feature] = use
    return found


def _uses(root: _Element) -> Iterator[Use]:
    for element in root.iter("*"):
        if element.tag == "style":
            yield from _in_sheet(read_sheet(element.text or ""))
        yield from _in_element(element)
        yield from _in_declarations(read_declarations(element.get("style", "")))


def _in_element(element: _Element) -> Iterator[Use]:
    name = str(element.tag)
    yield Use(_ELEMENTS.get(name, f"html-{name}"), f"<{name}>")
    if name in _TYPED:
        kind = str(element.get("type", "submit" if name == "button" else "text")).lower()
        yield Use(f"html-{name}-{kind}", f'<{name} type="{kind[:_SHOWN]}">')
    for attribute, named in _ATTRIBUTES.items():
        if element.get(attribute) is not None:
            yield Use(named or f"html-{attribute}", f"<{name} … {attribute}=")
    if name == "img":
        yield Use(picture_feature(element.get("src", "")), str(element.get("src", ""))[-_SHOWN:])


def _in_sheet(nodes: Iterable[SheetNode]) -> Iterator[Use]:
    left = list(nodes)[::-1]
    while left:
        node = left.pop()
        if isinstance(node, AtRule):
            head = f"@{node.name} {node.prelude}"[:_SHOWN].strip()
            asked = media_features(node.prelude) if node.name == "media" else {f"css-at-{node.name}"}
            yield from (Use(name, head) for name in sorted(asked))
            left += reversed(node.rules or ())
            continue
        for selector in node.selectors:
            yield from (Use(name, selector[:_SHOWN]) for name in sorted(selector_features(selector)))
        yield from _in_declarations(node.declarations)


def _in_declarations(declarations: Iterable[Declaration]) -> Iterator[Use]:
    for one in declarations:
        what = f"{one.name}: {one.value}"[:_SHOWN]
        yield Use(property_feature(one.name), what)
        yield from (Use(name, what) for name in value_features(one.value))
        if one.name == "display":
            for word in _WORD.findall(one.value.lower()):
                yield Use(_DISPLAY.get(word.removeprefix("inline-"), ""), what)
