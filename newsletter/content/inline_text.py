"""The words a reader sees in a run of inline tokens."""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it.token import Token

__all__ = ["inline_text"]


def inline_text(children: Iterable[Token]) -> str:
    """Return the text of `children`: breaks as a space, pictures as their alternative text, code as typed."""
    parts: list[str] = []
    for token in children:
        if token.type in ("text", "text_special", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "image":
            parts.append(inline_text(token.children or ()))
    return "".join(parts)
