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


def keep_closing_lines(tokens: Sequence[Token]) -> None:
    """Turn soft breaks into hard ones in the sign-off: the last paragraphs made of short lines only.

    A `::: signature` is always a sign-off. A postscript, a picture, a rule or a button behind it does not
    stop the search; any other block does.
    """
    is_closing = True
    for kind, block in reversed(list(_blocks(tokens))):
        if kind == "signature":
            for token in block:
                _harden(token)
        elif is_closing:
            is_closing = _is_closing(kind, block)


def _is_closing(kind: str, block: Sequence[Token]) -> bool:
    """Say whether `block` belongs to the closing lines, and keep its line breaks if it is a sign-off."""
    if kind != "paragraph_open":
        return kind in ("hr", "button")
    inline = block[1]
    if all(len(line) < SHORT_LINE for line in _lines(inline)):
        _harden(inline)
        return True
    return _AFTERTHOUGHT.match(inline_text(inline.children or ())) is not None


def _blocks(tokens: Sequence[Token]) -> Iterator[tuple[str, Sequence[Token]]]:
    """Yield the kind (token type, or the name of a directive) and tokens of each block of the letter."""
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
            yield kind, tokens[start : index + 1]


def _lines(inline: Token) -> list[str]:
    lines: list[list[Token]] = [[]]
    for child in inline.children or ():
        if child.type in ("softbreak", "hardbreak"):
            lines.append([])
        else:
            lines[-1].append(child)
    return [inline_text(line) for line in lines]


def _harden(token: Token) -> None:
    for child in token.children or ():
        if child.type == "softbreak":
            child.type, child.tag = "hardbreak", "br"
