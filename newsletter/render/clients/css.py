"""Style sheets and style attributes as values, read as CSS Syntax Level 3 says, whatever is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import tinycss2

__all__ = [
    "AtRule",
    "Declaration",
    "Rule",
    "SheetNode",
    "change_sheet",
    "media_features",
    "read_declarations",
    "read_sheet",
    "selector_features",
    "write_declarations",
    "write_sheet",
]

_DEEPEST = 50  # tinycss2 writes by recursion
_OPENING, _CLOSING = re.compile(r"[({\[]"), re.compile(r"[)}\]]")
_WITH_RULES = frozenset({"media", "supports", "layer", "container", "document"})


@dataclass(frozen=True, slots=True)
class Declaration:
    """`name: value`, the name in lower case; `is_important` when it ends in `!important`."""

    name: str
    value: str
    is_important: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its selectors, as they stand between the commas."""

    selectors: tuple[str, ...]
    declarations: tuple[Declaration, ...]


@dataclass(frozen=True, slots=True)
class AtRule:
    """An @ rule: its name without @ in lower case, what stands before the brace, and what in it.

    `rules` is None for one whose braces hold no rules, such as `@font-face`; that is in `text`. Both are
    None for one that ends in a semicolon.
    """

    name: str
    prelude: str
    rules: tuple[SheetNode, ...] | None = None
    text: str | None = None


SheetNode: TypeAlias = Rule | AtRule


@lru_cache(maxsize=4096)
def read_declarations(text: str) -> tuple[Declaration, ...]:
    """Return the declarations in a style attribute; what is none is left out."""
    if not _is_flat(text):
        return ()
    return _declarations(tinycss2.parse_blocks_contents(text, skip_comments=True, skip_whitespace=True))


def write_declarations(declarations: Iterable[Declaration]) -> str:
    """Return `declarations` as a style attribute has them."""
    return ";".join(
        f"{one.name}:{one.value}{' !important' if one.is_important else ''}" for one in declarations
    )


@lru_cache(maxsize=64)
def read_sheet(text: str) -> tuple[SheetNode, ...]:
    """Return the rules of a style sheet; what is none is left out."""
    if not _is_flat(text):
        return ()
    return _nodes(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True))


def write_sheet(nodes: Iterable[SheetNode]) -> str:
    """Return `nodes` as a style sheet, one rule a line."""
    return "\n".join(_write(node) for node in nodes)


def change_sheet(
    nodes: Iterable[SheetNode],
    rule: Callable[[Rule], Rule | None],
    at_rule: Callable[[AtRule], AtRule | None],
) -> tuple[SheetNode, ...]:
    """Return `nodes` with every rule, also inside @ rules, as `rule` and `at_rule` give it back; None: gone.

    `at_rule` is asked before what is inside; an @ rule that is left empty goes too.
    """
    changed: list[SheetNode] = []
    for node in nodes:
        if isinstance(node, Rule):
            kept = rule(node)
            if kept is not None and kept.declarations:
                changed.append(kept)
            continue
        outer = at_rule(node)
        if outer is None:
            continue
        if outer.rules is not None:
            inner = change_sheet(outer.rules, rule, at_rule)
            outer = replace(outer, rules=inner)
            if not inner:
                continue
        changed.append(outer)
    return tuple(changed)


_PARTS = re.compile(r"\[[^\]]*\]|::?[\w-]+|[.#][\w-]+|\s*[>+~]\s*|\*|\s+|[\w-]+|.")
_STRINGS = re.compile(r"\"[^\"]*\"|'[^']*'")
_COMBINATORS = {">": "child", "+": "adjacent-sibling", "~": "general-sibling"}
_OLD_ELEMENTS = frozenset({"before", "after", "first-line", "first-letter"})


@lru_cache(maxsize=1024)
def selector_features(selector: str) -> frozenset[str]:
    """Return the features a selector needs, such as `css-selector-child`."""
    found = set()
    last = ""
    for part in _PARTS.findall(_STRINGS.sub("x", selector.strip())):
        mark = part.strip()[:1]
        if mark in _COMBINATORS:
            found.add(f"css-selector-{_COMBINATORS[mark]}")
        elif mark == "":
            found.add("css-selector-descendant")
        elif mark in ".#":
            found.add("css-selector-class" if mark == "." else "css-selector-id")
            if last and last in ".#":
                found.add("css-selector-chaining")
        elif mark == ":":
            name = part.lstrip(":").lower()
            is_element = part.startswith("::") or name in _OLD_ELEMENTS
            found.add(f"css-pseudo-{'element' if is_element else 'class'}-{name}")
        elif mark in "[*":
            found.add("css-selector-attribute" if mark == "[" else "css-selector-universal")
        last = mark
    return frozenset(found)


_MEDIA = re.compile(r"\(\s*(?:-webkit-)?(?:m(?:in|ax)-)?([a-z-]+)")


def media_features(prelude: str) -> frozenset[str]:
    """Return what a media query asks, as in `css-at-media-orientation`; width is `css-at-media` itself."""
    asked = _MEDIA.findall(prelude.lower())
    return frozenset({"css-at-media", *(f"css-at-media-{name}" for name in asked if name != "width")})


def _is_flat(text: str) -> bool:
    """Say whether brackets are nested no deeper than any real style sheet has them."""
    if len(_OPENING.findall(text)) <= _DEEPEST:
        return True
    depth = 0
    for mark in re.findall(r"[(){}\[\]]", text):
        depth = depth + 1 if _OPENING.match(mark) else max(0, depth - 1)
        if depth > _DEEPEST:
            return False
    return True


def _declarations(nodes: Sequence[tinycss2.ast.Node]) -> tuple[Declaration, ...]:
    return tuple(
        Declaration(node.lower_name, tinycss2.serialize(node.value).strip(), node.important)
        for node in nodes
        if node.type == "declaration"
    )


def _nodes(found: Sequence[tinycss2.ast.Node]) -> tuple[SheetNode, ...]:
    nodes: list[SheetNode] = []
    for node in found:
        if node.type == "qualified-rule":
            inside = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
            nodes.append(Rule(_selectors(node.prelude), _declarations(inside)))
        elif node.type == "at-rule":
            nodes.append(_at_rule(node))
    return tuple(nodes)


def _at_rule(node: tinycss2.ast.AtRule) -> AtRule:
    rule = AtRule(node.lower_at_keyword, tinycss2.serialize(node.prelude).strip())
    if node.content is None:
        return rule
    if node.lower_at_keyword not in _WITH_RULES:
        return replace(rule, text=tinycss2.serialize(node.content))
    inside = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
    return replace(rule, rules=_nodes(inside))


def _selectors(prelude: Sequence[tinycss2.ast.Node]) -> tuple[str, ...]:
    parts: list[list[tinycss2.ast.Node]] = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            parts.append([])
        elif node.type != "comment":
            parts[-1].append(node)
    return tuple(filter(None, (tinycss2.serialize(part).strip() for part in parts)))


def _write(node: SheetNode) -> str:
    if isinstance(node, Rule):
        return f"{', '.join(node.selectors)} {{ {write_declarations(node.declarations)} }}"
    head = f"@{node.name} {node.prelude}".rstrip()
    if node.rules is not None:
        return f"{head} {{\n{write_sheet(node.rules)}\n}}"
    return f"{head};" if node.text is None else f"{head} {{{node.text}}}"
