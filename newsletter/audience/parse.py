"""From the text of a segment expression to its tree: names known, types right, segments resolved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from lark import Token, Tree

from newsletter.audience.expression import Expression, Not, SegmentRef, all_of, any_of
from newsletter.audience.names import NameKind, Names
from newsletter.audience.syntax import MAX_NESTING, ExpressionFault, parse_tree
from newsletter.audience.terms import Item, Shape, Subject, Values, build_term
from newsletter.domain.nearest import nearest
from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["MAX_TERMS", "check_segments", "parse_expression"]

MAX_TERMS = 500
"""Most terms, each value of a set and the terms of named segments counted in; a database has limits too."""

_MOST_NAMED = 6
"""Segments that a message names."""

# Every bracket may hold an or, an and and a not.
_MAX_DEPTH = 3 * MAX_NESTING
_COMMAND_LINE = "segment expression"
_SHOWN = 70


def parse_expression(text: str, names: Names, place: Place | None = None) -> Expression:
    """Return the tree of `text`, whose names are those of `names`; named segments are resolved.

    `place` is where `text` stands; with a column it is the column of its first character, without one
    the message tells the position within the expression. Raises UsageError with every problem found.
    """
    reading = _Reading(names)
    found = reading.read(text, place, ())
    UsageError.raise_if(reading.problems)
    if found is None:
        raise AssertionError("an expression without problems has a tree")
    return found.expression


def check_segments(names: Names) -> list[Problem]:
    """Return what is wrong with the expressions in `[segments]`, each fault once."""
    reading = _Reading(names)
    for name in names.segments:
        reading.resolve(name, ())
    return reading.problems


@dataclass(frozen=True, slots=True)
class _Measured:
    """An expression with its terms counted and the depth of its brackets, segments included."""

    expression: Expression
    terms: int = 1
    depth: int = 1


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the text being read stands, and which segments led to it."""

    text: str
    place: Place | None
    trail: tuple[str, ...]


class _Reading:
    """One act of reading: collects problems, and reads every named segment once."""

    def __init__(self, names: Names) -> None:
        self.problems: list[Problem] = []
        self._names = names
        self._resolved: dict[str, _Measured | None] = {}

    def read(self, text: str, place: Place | None, trail: tuple[str, ...]) -> _Measured | None:
        """Return the tree of `text`, or None when a problem was found."""
        spot = _Spot(text, place, trail)
        try:
            found = self._node(parse_tree(text), spot)
            if found is not None:
                _refuse_large(found)
        except ExpressionFault as fault:
            self._report(spot, fault)
            return None
        return found

    def resolve(self, name: str, trail: tuple[str, ...]) -> _Measured | None:
        """Return the tree of the named segment; the first one to ask reports its problems."""
        if name not in self._resolved:
            place = self._names.places.get(name)
            self._resolved[name] = self.read(self._names.segments[name], place, (*trail, name))
        return self._resolved[name]

    def _node(self, tree: Tree[Token], spot: _Spot) -> _Measured | None:
        if tree.data in ("term", "bare"):
            try:
                return (
                    self._term(tree, spot)
                    if tree.data == "term"
                    else _bare(_token(tree.children[0]), self._names)
                )
            except ExpressionFault as fault:
                self._report(spot, fault)
                return None
        parts = [self._node(child, spot) for child in _trees(tree)]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        return _Measured(
            _join(str(tree.data), [part.expression for part in known]),
            sum(part.terms for part in known),
            max(part.depth for part in known) + 1,
        )

    def _term(self, tree: Tree[Token], spot: _Spot) -> _Measured | None:
        name, operator = _token(tree.children[0]), _token(tree.children[1])
        values = _values(tree.children[2])
        if name.end_pos != operator.start_pos or operator.end_pos != values.offset:
            raise ExpressionFault(
                f'a space stands around "{operator}"',
                operator.start_pos or 0,
                f"write {name}{operator}value without spaces",
            )
        kind = self._names.kind(name)
        if kind is None:
            near = self._names.nearest(name)
            raise ExpressionFault(
                f'"{_short(name)}" is not a field and not a name that segments know',
                name.start_pos or 0,
                f"write {near}{operator}…" if near else f"declare [fields.{_short(name)}] in newsletter.toml",
            )
        if kind is NameKind.SEGMENT:
            return self._segment(str(operator), values, spot)
        term = build_term(Subject(name, kind, self._names.issues, self._names.today), str(operator), values)
        return _Measured(term, len(values.items))

    def _segment(self, operator: str, values: Values, spot: _Spot) -> _Measured | None:
        item = values.items[0]
        if operator not in (":", "=", "!=") or values.shape is not Shape.ONE:
            raise ExpressionFault("one name of a segment stands here", item.offset, "write segment:name")
        if item.text not in self._names.segments:
            near = nearest(item.text, self._names.segments)
            known = ", ".join(sorted(self._names.segments)) or "none"
            fix = f"write segment:{near}" if near else f"known are: {known}"
            raise ExpressionFault(f'there is no segment "{_short(item.text)}"', item.offset, fix)
        if item.text in spot.trail:
            circle = " → ".join((*spot.trail[spot.trail.index(item.text) :], item.text))
            raise ExpressionFault(
                f"segments go round in a circle: {circle}", item.offset, "take one of them out"
            )
        if len(spot.trail) >= MAX_NESTING:
            raise ExpressionFault(f"segments refer to segments more than {MAX_NESTING} deep", item.offset)
        found = self.resolve(item.text, spot.trail)
        if found is None:  # its own problems are reported already
            return None
        ref = SegmentRef(item.text, found.expression)
        return replace(found, expression=Not(ref) if operator == "!=" else ref, depth=found.depth + 1)

    def _report(self, spot: _Spot, fault: ExpressionFault) -> None:
        place, where = _locate(spot, fault.offset)
        excerpt = _caret(spot.text, fault.offset) if spot.place is None and not spot.trail else None
        self.problems.append(
            Problem(what=f"{where}{fault.what}", place=place, fix=fault.fix, excerpt=excerpt)
        )


def _join(rule: str, parts: list[Expression]) -> Expression:
    if rule == "not_":
        return Not(parts[0])
    return any_of(*parts) if rule == "any_of" else all_of(*parts)


def _refuse_large(found: _Measured) -> None:
    if found.terms > MAX_TERMS:
        raise ExpressionFault(
            f"the expression has {found.terms} terms; the most is {MAX_TERMS}",
            0,
            "give these readers a tag when importing, and use tag:…",
        )
    if found.depth > _MAX_DEPTH:
        raise ExpressionFault("segments and brackets together go too deep", 0, "write it flatter")


def _bare(word: Token, names: Names) -> NoReturn:
    text = str(word)
    near = nearest(text, names.segments)
    otherwise = f"write tag:{_short(text)}"
    if near:
        otherwise = f"did you mean segment:{near}? For a tag, {otherwise}"
    elif names.segments:
        otherwise += f", or name a segment: {', '.join(sorted(names.segments)[:_MOST_NAMED])}"
    advice = {
        "AND": "leave AND out: terms side by side are and",
        "OR": "put a term on both sides of OR, and write OR in capitals",
        "NOT": "write - before the term: -tag:gemeente",
    }.get(text.upper(), otherwise)
    raise ExpressionFault(f"{_short(text)} is not a term", word.start_pos or 0, advice)


def _locate(spot: _Spot, offset: int) -> tuple[Place, str]:
    before = spot.text[:offset]
    line, column = before.count("\n"), offset - (before.rfind("\n") + 1) + 1
    segment = f"segment {spot.trail[-1]}, " if spot.trail else ""
    if spot.place is None:
        return Place(path=_COMMAND_LINE, line=line + 1, column=column), segment
    if spot.place.line is None or spot.place.column is None:
        return spot.place, f"{segment}character {offset + 1}: "
    shifted = column if line else spot.place.column + column - 1
    return replace(spot.place, line=spot.place.line + line, column=shifted), segment


def _caret(text: str, offset: int) -> str | None:
    """Return the piece of `text` around `offset` with a caret below it; None for more lines than one."""
    if "\n" in text:
        return None
    start = max(0, offset - _SHOWN // 2)
    before, piece = text[start:offset], text[start : start + _SHOWN]
    dots = "…" if start else ""
    return f"{dots}{piece}\n{' ' * len(dots + before)}^"


def _token(child: Token | Tree[Token]) -> Token:
    if isinstance(child, Token):
        return child
    raise AssertionError("the grammar puts a token here")


def _values(child: Token | Tree[Token]) -> Values:
    if isinstance(child, Token):
        raise AssertionError("the grammar puts a value here")
    trees = [child] if child.data == "item" else _trees(child)
    shape = {"item": Shape.ONE, "span": Shape.SPAN, "set": Shape.SET}[str(child.data)]
    return Values(tuple(_item(_token(tree.children[0])) for tree in trees), shape, int(child.meta.start_pos))


def _trees(tree: Tree[Token]) -> Sequence[Tree[Token]]:
    return [child for child in tree.children if isinstance(child, Tree)]


def _item(token: Token) -> Item:
    offset = token.start_pos or 0
    if token.type == "QUOTED":
        return Item(_unquote(str(token)), offset, is_quoted=True)
    return Item(str(token), offset, is_quoted=False)


def _unquote(text: str) -> str:
    pieces: list[str] = []
    is_escaped = False
    for char in text[1:-1]:
        if char == "\\" and not is_escaped:
            is_escaped = True
            continue
        pieces.append(char)
        is_escaped = False
    return "".join(pieces)


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"
