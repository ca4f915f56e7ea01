"""Directives: `::: name argument` opens a block of its own kind, a bare `:::` closes the nearest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from newsletter.domain.issue import Issue
from newsletter.domain.nearest import nearest
from newsletter.errors import Problem
from newsletter.source import Place

__all__ = ["MAX_INSIDE", "directive_examples", "directive_problems", "directives_plugin"]

MAX_COLUMNS = 4
"""Most columns side by side: mjml rounds the widths of more (and a telephone stacks them anyway)."""

MAX_INSIDE = 8
"""Most directives inside each other; nobody reads further."""

_LINE = re.compile(r":{3,}[ \t]*(?P<name>[^\s{]*)(?P<argument>.*)")


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where a directive may stand (None: the letter itself) and what follows its name.

    `::: only` is transparent: what stands in it stands, for this, in what is around it.
    `argument` is an example of what follows the name, `asked` what that is called.
    """

    parents: tuple[str | None, ...] = (None,)
    argument: str = ""
    asked: str = ""


_KINDS = {
    "button": _Kind(parents=(None, "question", "note", "column"), argument="https://…", asked="address"),
    "question": _Kind(parents=(None, "column")),
    "note": _Kind(parents=(None, "column")),
    "columns": _Kind(),
    "column": _Kind(parents=("columns",)),
    "signature": _Kind(),
    "only": _Kind(
        parents=(None, "question", "note", "columns", "column"), argument="tag:gemeente", asked="condition"
    ),
    "reader": _Kind(parents=(None, "question", "note", "column"), argument="17", asked="reply"),
}
_MEANT = {
    "knop": "button",
    "cta": "button",
    "vraag": "question",
    "kader": "note",
    "let-op": "note",
    "tip": "note",
    "warning": "note",
    "info": "note",
    "kolommen": "columns",
    "kolom": "column",
    "ondertekening": "signature",
    "alleen": "only",
    "lezer": "reader",
}


def directive_examples() -> dict[str, str]:
    """Return every directive there is by name, with an example of what follows the name."""
    return {name: kind.argument for name, kind in _KINDS.items()}


def directives_plugin(md: MarkdownIt) -> None:
    """Teach `md` directives: each line becomes a token `directive_open` or `directive_close`.

    The lines are markers only; `directive_problems` says whether they pair up. So the work is linear, and
    a `:::` in fenced code stays code.
    """
    md.block.ruler.after(
        "fence", "directive", _directive_line, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )


def directive_problems(tokens: Sequence[Token], issue: Issue) -> Iterator[Problem]:
    """Yield what is wrong with the directives among `tokens`: unknown, misplaced, unclosed, stray, empty."""
    pairing = _Pairing(issue)
    for token in tokens:
        place = issue.body_place(token.map[0]) if token.map else issue.place()
        if token.type == "directive_open":
            yield from pairing.open(token, place)
        elif token.type == "directive_close":
            yield from pairing.close(token, place)
        elif token.level == 0 and token.nesting >= 0:
            yield from pairing.block(place)
    yield from pairing.end()


class _Pairing:
    """The directives that are open at one point of the letter, and how many blocks each holds so far."""

    def __init__(self, issue: Issue) -> None:
        self._issue = issue
        self._open: list[Token] = []
        self._counts: list[int] = []
        self._homes: list[str | None] = [None]  # in what the next block stands, every `only` looked through
        self._sunk = 0  # directives that stand in a list, told when they open

    def open(self, token: Token, place: Place) -> Iterator[Problem]:
        if token.level > 0:
            self._sunk += 1
            yield _sunk(token, place)
            return
        if len(self._open) == MAX_INSIDE:
            yield _too_deep(token, place)
        self._count(token)
        yield from _opening_problems(token, self._homes[-1], place)
        self._open.append(token)
        self._counts.append(0)
        self._homes.append(self._homes[-1] if token.info == "only" else token.info)

    def close(self, token: Token, place: Place) -> Iterator[Problem]:
        if token.level > 0 and self._sunk:
            self._sunk -= 1
        elif token.level > 0 or not self._open:
            yield _stray(token, place)
        else:
            self._homes.pop()
            yield from _content_problems(self._open.pop(), self._counts.pop(), self._issue)

    def block(self, place: Place) -> Iterator[Problem]:
        if self._homes[-1] == "columns":
            yield _between_columns(place)
        if self._open and self._open[-1].info != "columns":
            self._counts[-1] += 1

    def _count(self, token: Token) -> None:
        """Count `token` in what it stands in; a row counts its columns, those inside `only` too."""
        if self._open and self._open[-1].info != "columns":
            self._counts[-1] += 1
        if token.info == "column" and self._homes[-1] == "columns":
            row = len(self._open) - 1
            while self._open[row].info == "only":
                row -= 1
            self._counts[row] += 1

    def end(self) -> Iterator[Problem]:
        for token in self._open:
            yield Problem(
                what=f"::: {token.info} is never closed",
                place=self._issue.body_place(token.map[0] if token.map else 0),
                fix="put a line with only ::: behind its last line",
            )


def _directive_line(state: StateBlock, start_line: int, _end_line: int, silent: bool) -> bool:  # noqa: FBT001  # the parser's signature
    if state.is_code_block(start_line):
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    text = state.src[begin : state.eMarks[start_line]]
    match = _LINE.fullmatch(text)
    if match is None:
        return False
    if silent:
        return True
    is_bare = not match["name"] and not match["argument"].strip(" \t")
    token = Token("directive_close" if is_bare else "directive_open", "", 0)
    token.nesting = 1 if token.type == "directive_open" else -1
    token.info = match["name"]
    token.meta = {"argument": match["argument"].strip(" \t")}
    token.map = [start_line, start_line + 1]
    token.level = state.level
    token.block = True
    state.tokens.append(token)
    state.line = start_line + 1
    return True


def _opening_problems(token: Token, parent: str | None, place: Place) -> Iterator[Problem]:
    name, argument = token.info, token.meta["argument"]
    kind = _KINDS.get(name)
    if kind is None:
        yield _unknown(name, place)
        return
    if parent not in kind.parents and (parent is None or parent in _KINDS):
        yield _misplaced(name, parent, kind, place)
    if kind.argument and not argument:
        yield Problem(
            what=f"::: {name} has no {kind.asked}", place=place, fix=f"write ::: {name} {kind.argument}"
        )
    if argument and not kind.argument:
        yield Problem(
            what=f'nothing may stand behind ::: {name}, and here is "{argument[:60]}"',
            place=place,
            fix="put the text on the next line",
        )


def _content_problems(token: Token, count: int, issue: Issue) -> Iterator[Problem]:
    place = issue.body_place(token.map[0] if token.map else 0)
    if not count and token.info != "reader":  # that one may take the words from the reply
        yield Problem(
            what=f"::: {token.info} is empty",
            place=place,
            fix="write the text between it and its :::"
            if token.info != "button"
            else "write what the button says",
        )
    elif token.info == "columns" and not 2 <= count <= MAX_COLUMNS:
        yield Problem(
            what=f"::: columns has {'one column' if count == 1 else f'{count} columns'}",
            place=place,
            fix=f"use two to {MAX_COLUMNS}, each between ::: column and :::",
        )


def _unknown(name: str, place: Place) -> Problem:
    plain = name.lower()
    near = _MEANT.get(plain) or nearest(plain, _KINDS)
    return Problem(
        what=f'there is no directive "::: {name[:60]}"',
        place=place,
        why=f"known are: {', '.join(_KINDS)}",
        fix=f"did you mean ::: {near}?" if near else None,
    )


def _misplaced(name: str, parent: str | None, kind: _Kind, place: Place) -> Problem:
    allowed = " or ".join(f"::: {name}" if name else "the letter itself" for name in kind.parents)
    return Problem(
        what=f"::: {name} cannot stand inside ::: {parent}" if parent else f"::: {name} stands alone",
        place=place,
        why=f"it belongs in {allowed}",
        fix="close the other one first with :::"
        if parent
        else f"put it between ::: {kind.parents[0]} and :::",
    )


def _too_deep(token: Token, place: Place) -> Problem:
    return Problem(
        what=f"::: {token.info} stands inside {MAX_INSIDE} other blocks",
        place=place,
        why=f"the most is {MAX_INSIDE}",
        fix="write some of them one after another, or close them first with :::",
    )


def _sunk(token: Token, place: Place) -> Problem:
    return Problem(
        what=f"::: {token.info} stands inside a list, a quote or a footnote",
        place=place,
        fix="put it at the beginning of a line of its own, outside the list",
    )


def _between_columns(place: Place) -> Problem:
    return Problem(
        what="text stands between ::: columns and ::: column", place=place, fix="put it inside a ::: column"
    )


def _stray(token: Token, place: Place) -> Problem:
    inside = token.level > 0
    return Problem(
        what="::: stands inside a list, a quote or a footnote" if inside else "::: closes nothing",
        place=place,
        fix="put it at the beginning of a line of its own" if inside else "remove it, or open with ::: name",
    )
