"""Flat Markdown tokens as a tree, for those who render it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

__all__ = ["Node", "grow", "lone_picture"]


@dataclass(slots=True)
class Node:
    """A block and the blocks inside it.

    `kind` is the token's type without `_open` (`paragraph`, `bullet_list`, `inline`, `fence` …), or the name
    of a directive (`button`, `question` …). `token` is the opening or only token.
    """

    kind: str
    token: Token
    children: list[Node] = field(default_factory=list)

    @property
    def inline(self) -> Sequence[Token]:
        """Return the inline tokens of a paragraph, heading or table cell."""
        return next((child.token.children or [] for child in self.children if child.kind == "inline"), [])


def grow(tokens: Iterable[Token]) -> list[Node]:
    """Return the top-level blocks of balanced `tokens` (those of a sound Document)."""
    top: list[Node] = []
    stack = [top]
    for token in tokens:
        if token.nesting < 0:
            stack.pop()
            continue
        kind = token.info if token.type == "directive_open" else token.type.removesuffix("_open")
        node = Node(kind, token)
        stack[-1].append(node)
        if token.nesting > 0:
            stack.append(node.children)
    return top


def lone_picture(children: Sequence[Token]) -> Token | None:
    """Return the picture that is all there is in a paragraph, perhaps inside a link; else None."""
    seen = [child for child in children if child.type != "text" or child.content.strip()]
    types = [child.type for child in seen]
    if types == ["image"]:
        return seen[0]
    return seen[1] if types == ["link_open", "image", "link_close"] else None
