"""The closing lines of a letter: there a single line break is kept, elsewhere it is a space."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it.token import Token

from newsletter.content.inline_text import inline_text

__all__ = ["keep_closing_lines"]

SHORT_LINE = 40
"""Lines under this many characters are lines of a sign-off, not prose that an editor wrapped."""

_AFTERTHOUGHT = re.compile(r"(?:P\.?\s?S\.?|N\.?B\.?)[:\s]")


def keep_closing_lines(tokens: Sequence[Token]) -> list[Token]:
    """Return `tokens` with hard breaks in the sign-off: the last paragraphs made of short lines only.

    A `::: signature` is always a sign-off. A postscript, a picture, a rule or a button behind it does not
    stop the search; any other block does. `tokens` themselves stay as they are.
    """
    result = list(tokens)
    is_closing = True
    for kind, start, end in reversed(list(_blocks(tokens))):
        if kind == "signature":
            result[start:end] = [_hardened(token) for token in tokens[start:end]]
        elif is_closing and kind == "paragraph_open":
            inline = tokens[start + 1]
            if all(len(line) < SHORT_LINE for line in _lines(inline)):
                result[start + 1] = _hardened(inline)
            else:
                is_closing = _AFTERTHOUGHT.match(inline_text(inline.children or ())) is not None
        elif is_closing:
            is_closing = kind in ("hr", "button")
    return result


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, int, int]]:
    """Yield the kind (token type, or the name of a directive) of each block of the letter, and its slice."""
    start, depth = 0, 0
    for index, token in enumerate(tokens):
        if token.type == "footnote_block_open":
            return
        if depth == 0:
            start = index
        depth += token.nesting
        if depth <= 0:
            depth = 0
            first = tokens[start]
            kind = first.info if first.type == "directive_open" else first.type
            yield kind, start, index + 1


def _lines(inline: Token) -> list[str]:
    lines: list[list[Token]] = [[]]
    for child in inline.children or ():
        if child.type in ("softbreak", "hardbreak"):
            lines.append([])
        else:
            lines[-1].append(child)
    return [inline_text(line) for line in lines]


def _hardened(token: Token) -> Token:
    if not any(child.type == "softbreak" for child in token.children or ()):
        return token
    children = [
        child.copy(type="hardbreak", tag="br") if child.type == "softbreak" else child
        for child in token.children or ()
    ]
    return token.copy(children=children)
