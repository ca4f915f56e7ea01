"""MJML's elements as data: attributes with their types, allowed children.

`schema.json` is generated from MJML 5.4.1's npm packages (MIT, notice in `schema.LICENSE`) by
`tests/tools/refresh_mjml_schema.py`; what mjml-python 1.4.2 leaves out of it stands in `UNSUPPORTED`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["UNIVERSAL_ATTRIBUTES", "UNSUPPORTED", "UNSUPPORTED_VALUES", "Element", "elements", "value_fits"]

UNIVERSAL_ATTRIBUTES = frozenset({"css-class", "mj-class"})
"""Attributes every component takes (MJML's validator allows them everywhere)."""

_ROOT_ATTRIBUTES = {"lang": "string", "dir": "string", "owa": "string"}
_PADDING = "use padding instead"
_FULL_WIDTH = (
    "the MJML compiler takes it as full width",
    'write full-width="full-width" or leave it out',
)

UNSUPPORTED: Mapping[tuple[str, str], str] = {
    ("mj-wrapper", "gap"): _PADDING,
    ("mj-wrapper", "gutter"): _PADDING,
    ("mj-section", "gutter"): _PADDING,
    ("mj-image", "sizes"): "give a picture of twice the size and a width in px",
    ("mj-image", "border-top"): "write the border for the whole picture",
    ("mj-image", "border-bottom"): "write the border for the whole picture",
    ("mj-image", "border-left"): "write the border for the whole picture",
    ("mj-image", "border-right"): "write the border for the whole picture",
    ("mj-button", "title"): "put the words in the button's text",
    ("mj-raw", "position"): "put a comment at the top of mj-body",
    ("mj-hero", "border-radius"): "use mj-wrapper",
    ("mj-hero", "inner-padding"): "use padding on the components inside",
    ("mj-column", "inner-border-radius"): "use border-radius",
    ("mj-hero", "inner-padding-bottom"): "use padding on the components inside",
    ("mj-hero", "inner-padding-left"): "use padding on the components inside",
    ("mj-hero", "inner-padding-right"): "use padding on the components inside",
    ("mj-hero", "inner-padding-top"): "use padding on the components inside",
    ("mj-social", "border"): "draw it in the picture",
    ("mj-social-element", "border"): "draw it in the picture",
    ("mj-social-element", "icon-position"): "put the text after the icon",
    ("mj-social-element", "srcset"): "give a picture of twice the size",
    ("mj-social-element", "sizes"): "give a picture of twice the size",
    ("mj-table", "cellspacing"): "give the cells padding",
    ("mj-table", "role"): "use mj-raw for a table that needs another role",
    ("mj-accordion-title", "font-weight"): "give it a css-class, and set the weight in an <mj-style>",
    ("mjml", "owa"): "leave it out; every version of Outlook gets the same letter",
}
"""Attributes MJML knows and mjml-python 1.4.2 (mrml 6.0.1) silently ignores, with what to do instead."""

UNSUPPORTED_VALUES: Mapping[tuple[str, str, str], tuple[str, str]] = {
    ("mj-section", "full-width", "false"): _FULL_WIDTH,
    ("mj-wrapper", "full-width", "false"): _FULL_WIDTH,
    ("mj-hero", "mode", "fluid-height"): (
        "the MJML compiler leaves cells out and makes the height negative",
        'write mode="fixed-height" with a height, or put the picture in an <mj-section>',
    ),
}
"""Values MJML knows and mjml-python 1.4.2 gets wrong: why, and what to do instead."""

_UNIT = re.compile(r"unit(WithNegative)?\(([^)]*)\)(?:\{1,4\})?")
_COLOUR = re.compile(
    r"#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})|[a-z]+|(?:rgb|hsl)a?\([\d\s,.%/a-z]+\)", re.I
)
_INTEGER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One element: the type of each attribute, the names of allowed children.

    `is_ending` means that its content is text or HTML, not MJML.
    """

    name: str
    attributes: Mapping[str, str]
    children: frozenset[str]
    is_ending: bool


@cache
def elements() -> Mapping[str, Element]:
    """Return every MJML element by name."""
    data = json.loads(files(__package__).joinpath("schema.json").read_text(encoding="utf-8"))
    return {
        name: Element(
            name=name,
            attributes=_ROOT_ATTRIBUTES if name == "mjml" else entry["attributes"],
            children=frozenset(entry["children"]),
            is_ending=entry["is_ending"],
        )
        for name, entry in data["elements"].items()
    }


def value_fits(kind: str, value: str) -> bool:
    """Say whether `value` is of MJML type `kind`, such as `unit(px,%){1,4}`, `color` or `enum(a,b)`."""
    value = value.strip()
    if kind == "string":
        return True
    if kind == "color":
        return _COLOUR.fullmatch(value) is not None
    if kind == "boolean":
        return value in ("true", "false")
    if kind == "integer":
        return _INTEGER.fullmatch(value) is not None
    if kind.startswith("enum("):
        return value in kind[5:-1].split(",")
    match = _UNIT.fullmatch(kind)
    return match is None or _is_unit(match, value, most=4 if kind.endswith("{1,4}") else 1)


def _is_unit(kind: re.Match[str], value: str, *, most: int) -> bool:
    pattern = _unit_pattern(kind[2], is_signed=kind[1] is not None)
    parts = value.split()
    return 1 <= len(parts) <= most and all(pattern.fullmatch(part) for part in parts)


@cache
def _unit_pattern(units: str, *, is_signed: bool) -> re.Pattern[str]:
    """MJML takes a number with one of `units`, plain 0, and `auto` where that is among the units."""
    names = [unit for unit in units.split(",") if unit != "auto"]
    sign = "-?" if is_signed else ""
    suffix = "|".join(re.escape(name) for name in names)
    words = "|auto" if "auto" in units.split(",") else ""
    return re.compile(rf"{sign}(?:\d+\.?\d*|\.\d+)(?:{suffix})|0{words}")
