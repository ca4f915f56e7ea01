"""The lines of a text as the rules see them: where they stand, how deep they are quoted, what marks them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.replies.containers import Mark
from newsletter.replies.text import HtmlLine

__all__ = ["LONGEST_LINE", "MOST_LINES", "Line", "lines_of_html", "lines_of_text", "split_line"]

MOST_LINES = 5_000
LONGEST_LINE = 2_000  # what rules look at; the rest of a line goes where its beginning goes
_SPACES = {ord(space): " " for space in "\u00a0\u2007\u202f\u2009"}
_UNSEEN = {ord(sign): None for sign in "\u200b\u200c\u200e\u200f\u2060\u2063\ufeff\u00ad"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line from `start` up to `end` (with its line break); `body` is without quote signs and spaces.

    `depth` counts the quote signs before it. `body` is cut at `LONGEST_LINE`.
    """

    start: int
    end: int
    raw: str
    body: str
    depth: int
    mark: Mark | None = None

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing stands on the line, but perhaps quote signs."""
        return not self.body


def lines_of_text(text: str) -> list[Line]:
    """Return the lines of plain text; what comes after `MOST_LINES` is one line more."""
    lines: list[Line] = []
    start = 0
    while start < len(text):
        at = text.find("\n", start) if len(lines) < MOST_LINES else -1
        end = len(text) if at < 0 else at + 1
        lines.append(_line(text, start, end, None))
        start = end
    return lines


def lines_of_html(lines: Sequence[HtmlLine]) -> tuple[str, list[Line]]:
    """Return the text of HTML and its lines, with what the markup says of them."""
    text = "\n".join(line.text for line in lines)
    found: list[Line] = []
    start = 0
    for one in lines:
        if len(found) == MOST_LINES:
            rest = text[start:]
            found.append(Line(start, len(text), rest, _body(rest), 0, one.mark))
            break
        end = min(len(text), start + len(one.text) + 1)
        found.append(_line(text, start, end, one.mark))
        start = end
    return text, found


def split_line(line: Line, at: int) -> tuple[Line, Line]:
    """Return the two lines that `line` is when it is cut before character `at` of its `raw`."""
    first = Line(line.start, line.start + at, line.raw[:at], _body(line.raw[:at]), line.depth, line.mark)
    rest = line.raw[at:]
    return first, Line(line.start + at, line.end, rest, _body(rest), line.depth, line.mark)


def _line(text: str, start: int, end: int, mark: Mark | None) -> Line:
    raw = text[start:end].rstrip("\n")
    most = min(len(raw), LONGEST_LINE)
    depth = at = 0
    while at < most and raw[at] in "> \t":
        if raw[at] == ">":
            depth += 1
        at += 1
    if not depth:
        return Line(start, end, raw, _body(raw), 0, mark)
    return Line(start, end, raw, _body(raw, at), depth, mark)


def _body(raw: str, at: int = 0) -> str:
    """Return what rules look at: hard spaces are spaces like others, unseen signs beside words are none."""
    spaced = raw[at:LONGEST_LINE].translate(_SPACES).strip()
    return spaced.translate(_UNSEEN).strip() or spaced
