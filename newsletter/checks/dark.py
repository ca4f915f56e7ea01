"""The rendered letter where the reader's device is dark: its own rules for dark written into the elements."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from cssselect import SelectorError, parse
from lxml import html
from lxml.cssselect import CSSSelector

from newsletter.render.clients.css import (
    AtRule,
    Declaration,
    Rule,
    SheetNode,
    read_declarations,
    read_sheet,
    write_declarations,
)

__all__ = ["in_dark"]

_DARK = re.compile(r"prefers-color-scheme\s*:\s*dark", re.IGNORECASE)
_GROUNDS = frozenset({"background", "background-color"})
_COLOURS = _GROUNDS | {"color"}
_Strength = tuple[bool, tuple[int, int, int], int]
"""What decides between two declarations: important, specificity, place (CSS Cascading 4, section 6)."""


@dataclass(frozen=True, slots=True)
class _Colouring:
    """One colour that a selector gives its elements."""

    selector: str
    declaration: Declaration
    strength: _Strength


def in_dark(root: html.HtmlElement) -> html.HtmlElement | None:
    """Return a copy of the letter with the colours it has in the dark, None when it has no rules for that."""
    colourings = sorted(_colourings(root), key=lambda one: one.strength)
    if not colourings:
        return None
    dark = copy.deepcopy(root)
    given: dict[html.HtmlElement, dict[str, Declaration]] = {}
    for one in colourings:  # a stronger one comes later
        found = _compiled(one.selector)(dark)
        for element in found if isinstance(found, list) else ():
            if isinstance(element, html.HtmlElement):
                given.setdefault(element, {})[_part(one.declaration)] = one.declaration
    for element, declarations in given.items():
        _colour(element, declarations)
    return dark


def _colourings(root: html.HtmlElement) -> Iterator[_Colouring]:
    sheets = [str(style.text or "") for style in root.iter("style")]
    rules = [rule for sheet in sheets for rule in _for_dark(read_sheet(sheet))]
    for place, rule in enumerate(rules):
        for selector in rule.selectors:
            specificity = _specificity(selector)
            if specificity is None:
                continue
            for declaration in rule.declarations:
                if declaration.name in _COLOURS:
                    strength = (declaration.is_important, specificity, place)
                    yield _Colouring(selector, declaration, strength)


def _for_dark(nodes: Iterable[SheetNode]) -> Iterator[Rule]:
    for node in nodes:
        if isinstance(node, AtRule) and node.name == "media" and _DARK.search(node.prelude):
            yield from (rule for rule in node.rules or () if isinstance(rule, Rule))


@lru_cache(maxsize=512)
def _specificity(selector: str) -> tuple[int, int, int] | None:
    """Return the specificity of `selector`, None for one that cannot be read or carried out."""
    try:
        (parsed,) = parse(selector)
        _compiled(selector)
    except (SelectorError, ValueError):
        return None
    return parsed.specificity()


@lru_cache(maxsize=512)
def _compiled(selector: str) -> CSSSelector:
    return CSSSelector(selector, translator="html")


def _part(declaration: Declaration) -> str:
    return "background-color" if declaration.name in _GROUNDS else declaration.name


def _colour(element: html.HtmlElement, given: Mapping[str, Declaration]) -> None:
    """Give `element` the colours in `given`, but for those where its own style attribute is stronger."""
    own = read_declarations(element.get("style") or "")
    weaker: set[str] = set()
    for part, declaration in given.items():
        rivals = [one for one in own if _part(one) == part]
        if all(declaration.is_important and not one.is_important for one in rivals):
            weaker.add(part)
    kept = [one for one in own if _part(one) not in weaker]
    element.set("style", write_declarations([*kept, *(given[part] for part in sorted(weaker))]))
