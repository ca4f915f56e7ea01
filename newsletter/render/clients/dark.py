"""Dark mode forced by an app that turns a letter's colours itself, whatever the letter says of dark."""

from __future__ import annotations

import colorsys
import re
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache

import tinycss2.color3
from lxml.etree import _Element

from newsletter.render.clients.css import AtRule, Declaration, Rule, SheetNode, read_sheet, write_sheet
from newsletter.render.clients.losses import LossKind
from newsletter.render.clients.page import Page
from newsletter.render.clients.tree import set_style, style_of

__all__ = ["Inversion", "force_dark"]


class Inversion(StrEnum):
    """How far an app goes: it turns what is light on dark only, or everything, dark parts as well."""

    PARTIAL = "partial"
    FULL = "full"


class _Part(StrEnum):
    GROUND = "ground"
    INK = "ink"


_Turn = Callable[[str, _Part], str | None]
_CANVAS, _INK = "#121212", "#e8eaed"
_DARKEST, _LIGHTEST = 0.07, 0.92
_GROUNDS = frozenset(["background-color", "background"])
_INKS = frozenset(["color"])
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^()]*\)|\b[a-z]{3,20}\b", re.IGNORECASE)


def force_dark(page: Page, inversion: Inversion) -> None:
    """Turn the colours of `page`; elements get `data-ogsc` and `data-ogsb`, by which letters may answer."""
    turn = _full if inversion is Inversion.FULL else _partial
    for element in page.elements():
        if element.tag == "style":
            nodes = read_sheet(element.text or "")
            turned = tuple(_turn_rule(node, turn) for node in nodes)
            if turned != nodes:
                element.text = write_sheet(turned)
        else:
            _turn_element(page, element, turn)
    body = page.body
    names = {one.name for one in style_of(body)}
    added = [] if names & _GROUNDS or body.get("bgcolor") else [Declaration("background-color", _CANVAS)]
    added += [] if names & _INKS else [Declaration("color", _INK)]
    set_style(body, [*style_of(body), *added])


def _turn_element(page: Page, element: _Element, turn: _Turn) -> None:
    for name, part in (("bgcolor", _Part.GROUND), ("color", _Part.INK)):
        value = element.get(name)
        other = turn(value, part) if value else None
        if other:
            element.set(name, other)
    if not element.get("style"):
        return
    before = style_of(element)
    after = tuple(_turn_declaration(one, turn) for one in before)
    if after == before:
        return
    set_style(element, after)
    for old, new in zip(before, after, strict=True):
        if old != new:
            page.losses.add(LossKind.COLOUR, f"{old.value} → {new.value}", element)
            element.set("data-ogsb" if old.name in _GROUNDS else "data-ogsc", "")


def _turn_rule(node: SheetNode, turn: _Turn) -> SheetNode:
    if isinstance(node, AtRule):
        return node
    return Rule(node.selectors, tuple(_turn_declaration(one, turn) for one in node.declarations))


def _turn_declaration(declaration: Declaration, turn: _Turn) -> Declaration:
    is_ground = declaration.name in _GROUNDS or declaration.name.startswith("border")
    if not is_ground and declaration.name not in _INKS:
        return declaration
    part = _Part.GROUND if is_ground else _Part.INK

    def other(found: re.Match[str]) -> str:
        return turn(found[0], part) or found[0]

    return replace(declaration, value=_COLOUR.sub(other, declaration.value))


def _partial(colour: str, part: _Part) -> str | None:
    lightness = _lightness(colour)
    if lightness is None or (lightness < 0.5) is (part is _Part.GROUND):
        return None
    return _turned(colour)


def _full(colour: str, _part: _Part) -> str | None:
    return _turned(colour)


def _rgba(colour: str) -> tuple[float, float, float, float] | None:
    found = tinycss2.color3.parse_color(colour)
    return None if found is None or isinstance(found, str) else tuple(found)


def _lightness(colour: str) -> float | None:
    found = _rgba(colour)
    if found is None or found[3] == 0:
        return None
    red, green, blue, _ = found
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=256)
def _turned(colour: str) -> str | None:
    """Return `colour` with its lightness turned round, no darker and no lighter than such apps go."""
    found = _rgba(colour)
    if found is None or found[3] == 0:
        return None
    red, green, blue, alpha = (min(1.0, max(0.0, part)) for part in found)
    hue, light, saturation = colorsys.rgb_to_hls(red, green, blue)
    turned = min(_LIGHTEST, max(_DARKEST, 1 - light))
    parts = [round(255 * part) for part in colorsys.hls_to_rgb(hue, turned, saturation)]
    if alpha < 1:
        return f"rgba({parts[0]},{parts[1]},{parts[2]},{alpha:g})"
    return "#{:02x}{:02x}{:02x}".format(*parts)
