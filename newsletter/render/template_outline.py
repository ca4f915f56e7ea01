"""What a template gives the one it extends, and what of it no letter would show.

Jinja2 passes over text between the blocks of a template that extends another, and over blocks that the other
does not have, and says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import jinja2
from jinja2 import nodes

from newsletter.domain.nearest import nearest
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["Outline", "left_out", "outline"]

_SHOWN = 60
_LINE_END = re.compile(r"\r\n|\r|\n")
_VALUE = re.compile(r"\{\{.*?(?:\}\}|$)")
_INCLUDE = re.compile(r"\{%[+-]?\s*include\b.*?(?:%\}|$)")
_CALL = re.compile(r"\{%[+-]?\s*call\b.*?(?:%\}|$)")
_OUTPUT = (nodes.Output, nodes.Include, nodes.CallBlock)
_WITH_BODY = (nodes.For, nodes.With, nodes.FilterBlock, nodes.Scope)
_PARSER = jinja2.Environment(autoescape=True)

Piece = tuple[int, str]
"""The line of something in a template, and how it begins."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A block: its line, the blocks it shows in turn, and whether it shows what it replaces."""

    line: int
    shows: frozenset[str]
    has_super: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """A template as the ones around it see it; `parent` is None where it extends none, or none that is fixed.

    `loose` is what stands outside the blocks of a template that extends another, each stretch once;
    `shown` are the names of the blocks that stand in no other, `called` those asked for with `self.NAME()`.
    """

    parent: str | None
    loose: tuple[Piece, ...]
    blocks: Mapping[str, _Block]
    shown: frozenset[str]
    called: frozenset[str]
    extends: bool


@lru_cache(maxsize=128)
def outline(text: str) -> Outline:
    """Return the outline of the template source `text`. Raises jinja2.TemplateSyntaxError."""
    tree = _PARSER.parse(text)
    parents = list(tree.find_all(nodes.Extends))
    fixed = [one.template.value for one in parents if isinstance(one.template, nodes.Const)]
    return Outline(
        parent=fixed[0] if len(fixed) == len(parents) == 1 else None,
        loose=tuple(_loose(tree, text.splitlines())) if parents else (),
        blocks={block.name: _block(block) for block in tree.find_all(nodes.Block)},
        shown=_names_within(tree),
        called=_called(tree),
        extends=bool(parents),
    )


def left_out(
    name: str, read: Callable[[str], str | None], place: Callable[[str, int], Place]
) -> list[Problem]:
    """Return what template `name` holds and no letter would show, from the top of the file to its end.

    `read` gives the source of a template, None when there is no such; `place` a line of it as a place.
    """
    chain = _chain(name, read)
    if not chain or not chain[0].extends:
        return []
    own, above = chain[0], chain[1:]
    known = _seen(above) if above and not above[-1].extends else frozenset[str]()
    problems = [
        Problem(
            what=f'"{text}" stands outside the blocks of a template that extends another',
            place=place(name, line),
            why="the other one only takes blocks, so no reader would see it",
            fix="put it in {% block NAME %} … {% endblock %}, or take it out" + _there_are(known),
        )
        for line, text in own.loose
    ]
    if known:
        seen = _seen(chain)
        problems += [
            _nobody_takes(block, known, place(name, own.blocks[block].line))
            for block in sorted(own.shown - seen)
        ]
    return sorted(problems, key=lambda problem: (problem.place and problem.place.line) or 0)


def _nobody_takes(block: str, known: frozenset[str], place: Place) -> Problem:
    near = nearest(block, sorted(known))
    return Problem(
        what=f'no template this one extends has a block "{block}"',
        place=place,
        why="what it holds would be in no letter" + _there_are(known),
        fix=f"did you mean {{% block {near} %}}?" if near else "give it the name of one that there is",
    )


def _there_are(known: Iterable[str]) -> str:
    return f"; there are: {', '.join(sorted(known))}" if known else ""


def _chain(name: str, read: Callable[[str], str | None]) -> list[Outline]:
    """Return the outlines of `name` and of what it extends, as far as that is written down."""
    chain: list[Outline] = []
    wanted: str | None = name
    passed: set[str] = set()
    while wanted is not None and wanted not in passed:
        passed.add(wanted)
        text = read(wanted)
        if text is None:
            break
        chain.append(outline(text))
        wanted = chain[-1].parent
    return chain


def _seen(chain: list[Outline]) -> frozenset[str]:
    """Return the blocks that a letter shows, when `chain[0]` is its template and the rest are above it."""
    waiting = set(chain[-1].shown).union(*(one.called for one in chain))
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for one in chain:
            block = one.blocks.get(name)
            if block is None:
                continue
            waiting |= block.shows - seen
            if not block.has_super:
                break
    return frozenset(seen)


def _block(block: nodes.Block) -> _Block:
    return _Block(
        line=block.lineno,
        shows=_names_within(block),
        has_super=any(one.name == "super" for one in block.find_all(nodes.Name)),
    )


def _called(tree: nodes.Template) -> frozenset[str]:
    members = tree.find_all(nodes.Getattr)
    return frozenset(
        one.attr for one in members if isinstance(one.node, nodes.Name) and one.node.name == "self"
    )


def _names_within(node: nodes.Node) -> frozenset[str]:
    """Return the names of the blocks in `node` that stand in no other block of it."""
    names: set[str] = set()
    for child in node.iter_child_nodes():
        names |= {child.name} if isinstance(child, nodes.Block) else _names_within(child)
    return frozenset(names)


def _loose(tree: nodes.Template, lines: list[str]) -> Iterator[Piece]:
    """Yield how each stretch of output outside the blocks begins."""
    is_extended = any(isinstance(node, nodes.Extends) for node in tree.body)
    is_within = False
    for node in tree.body:
        piece, is_extended = _first_piece(node, lines, is_extended=is_extended)
        if piece is not None and not is_within:
            yield piece
        is_within = piece is not None or (is_within and isinstance(node, nodes.Output))


def _first_piece(node: nodes.Node, lines: list[str], *, is_extended: bool) -> tuple[Piece | None, bool]:
    """Return what `node` writes first outside a block, and whether a parent may be known behind it."""
    if isinstance(node, nodes.Extends):
        return None, True
    if isinstance(node, _OUTPUT):
        return (_written(node, lines) if is_extended else None), is_extended
    if isinstance(node, nodes.If):
        ways = [node.body, *(other.body for other in node.elif_), node.else_]
    elif isinstance(node, _WITH_BODY):
        ways = [node.body, node.else_ if isinstance(node, nodes.For) else []]
    else:
        return None, is_extended
    found: Piece | None = None
    after = is_extended
    for way in ways:
        now = is_extended
        for child in way:
            piece, now = _first_piece(child, lines, is_extended=now)
            found = found or piece
        after = after or now
    return found, after


def _written(node: nodes.Node, lines: list[str]) -> Piece | None:
    """Return line and beginning of what `node` writes, None where that is white space."""
    if not isinstance(node, nodes.Output):
        tag = _INCLUDE if isinstance(node, nodes.Include) else _CALL
        return node.lineno, _part(lines[node.lineno - 1], tag)
    for part in node.nodes:
        if not isinstance(part, nodes.TemplateData):
            return part.lineno, _part(lines[part.lineno - 1], _VALUE)
        text = part.data.lstrip()
        if text:
            line = part.lineno + part.data[: len(part.data) - len(text)].count("\n")
            return line, text.splitlines()[0].strip()[:_SHOWN]
    return None


def _part(line: str, pattern: re.Pattern[str]) -> str:
    """Return what of `line` fits `pattern`, else all of it, shortened."""
    found = pattern.search(line)
    return (found[0] if found else line).strip()[:_SHOWN]
