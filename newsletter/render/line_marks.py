"""Marks in a letter's HTML that say on which line of the file a block stands; for the studio alone.

HTML inside an `mj-text` gets `data-line="12"`. Components of MJML, which takes no attributes it does not
know, get `line-12` before their css-class (behind it, classic Outlook's `…-outlook` would join it).
"""

from __future__ import annotations

import re

from newsletter.content.tree import Node

__all__ = ["LineMarks", "without_line_marks"]

_MARK = re.compile(r' data-line="\d+"|(?<=[" ])line-\d+ (?=[a-z])')


class LineMarks:
    """Writes the marks; with `first` None it writes none."""

    def __init__(self, first: int | None) -> None:
        """Count from `first`, the line in the file (from 1) on which the body begins."""
        self._first = first

    def attribute(self, node: Node) -> str:
        """Return ` data-line="…"` for a block whose line is known, else nothing."""
        line = self._line(node)
        return "" if line is None else f' data-line="{line}"'

    def css_class(self, node: Node) -> str:
        """Return `line-… ` to stand before a css-class, or nothing."""
        line = self._line(node)
        return "" if line is None else f"line-{line} "

    def _line(self, node: Node) -> int | None:
        return None if self._first is None or node.token.map is None else self._first + node.token.map[0]


def without_line_marks(html: str) -> str:
    """Return `html` as a reader gets it, when it was rendered with marks."""
    return _MARK.sub("", html)
