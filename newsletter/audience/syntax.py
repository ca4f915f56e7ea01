"""From the text of a segment expression to Lark's tree, with every slip of the pen named at its column."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput

__all__ = ["MAX_LENGTH", "MAX_NESTING", "ExpressionFault", "parse_tree"]

MAX_LENGTH = 20_000
"""Longest expression, in characters."""

MAX_NESTING = 20
"""Deepest brackets, segments within segments counted in; keeps every reader of the tree off its limits."""

# A whole quoted value, else a quote that is never closed, else a bracket.
_BRACKET_OR_QUOTE = re.compile(r'"(?:[^"\\]|\\.)*"|["()]', re.DOTALL)


class ExpressionFault(ValueError):
    """Something is wrong at `offset` (from 0) of an expression; `fix` is what to write instead."""

    def __init__(self, what: str, offset: int, fix: str | None = None) -> None:
        """Keep what is wrong, where, and its mend."""
        super().__init__(what)
        self.what, self.offset, self.fix = what, offset, fix


def parse_tree(text: str) -> Tree[Token]:
    """Return Lark's tree of `text` (rules in `segment.lark`). Raises ExpressionFault."""
    _refuse_unreadable(text)
    _refuse_unbalanced(text)
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise _explain(error, text) from None


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("segment.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _refuse_unreadable(text: str) -> None:
    if not text.strip():
        raise ExpressionFault("the expression is empty", 0, "write status:active for everybody who is active")
    if len(text) > MAX_LENGTH:
        raise ExpressionFault(
            f"the expression is longer than {MAX_LENGTH} characters",
            MAX_LENGTH,
            "give these readers a tag when importing, and use tag:…",
        )
    for offset, char in enumerate(text):
        if not (char.isprintable() or char.isspace()):
            raise ExpressionFault(
                f"an invisible character (U+{ord(char):04X}) stands here", offset, "delete it"
            )
        if char in "“”„‟":
            raise ExpressionFault(f"{char} is a typographic quote", offset, 'use straight quotes: "…"')


def _refuse_unbalanced(text: str) -> None:
    opened: list[int] = []
    for match in _BRACKET_OR_QUOTE.finditer(text):
        if match[0] == '"':
            raise ExpressionFault("this quote is never closed", match.start(), 'add " where the value ends')
        if match[0] == "(":
            opened.append(match.start())
            if len(opened) > MAX_NESTING:
                raise _too_deep(match.start())
        elif match[0] == ")":
            if not opened:
                raise ExpressionFault("this bracket was never opened", match.start(), "delete it")
            opened.pop()
    if opened:
        raise ExpressionFault("this bracket is never closed", opened[-1], "add )")


def _too_deep(offset: int) -> ExpressionFault:
    return ExpressionFault(
        f"brackets go deeper than {MAX_NESTING} levels", offset, "give parts of it a name in [segments]"
    )


def _explain(error: UnexpectedInput, text: str) -> ExpressionFault:
    expected = set(getattr(error, "accepts", None) or getattr(error, "expected", None) or ())
    token = getattr(error, "token", None)
    at_end = token is not None and token.type == "$END"
    offset = len(text.rstrip()) if at_end else (error.pos_in_stream or 0)
    found = "the expression ends" if at_end else f'"{_word_at(text, offset)}" stands'
    if "WORD" in expected:
        return ExpressionFault(
            f"{found} where a value is missing", offset, "write name:value, or name:none for those without"
        )
    if "COMMA" in expected:
        return ExpressionFault(
            f"{found} where a set goes on", offset, "put commas between the values: role:(adviseur,manager)"
        )
    if "NAME" in expected and text[offset : offset + 1] == "-":
        return ExpressionFault("two minus signs stand in a row", offset, "leave one out")
    if "NAME" in expected and "OPERATOR" not in expected and "$END" not in expected:
        return ExpressionFault(
            f"{found} where a term is missing", offset, "write a term such as tag:gemeente"
        )
    return ExpressionFault(
        f'"{_word_at(text, offset)}" is not expected here', offset, 'put quotes around the value: role:"a, b"'
    )


def _word_at(text: str, offset: int) -> str:
    word = text[offset : offset + 30].split()
    return word[0] if word else text[offset : offset + 1]
