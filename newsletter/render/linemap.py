"""Where each piece of a filled-in template came from: marks put in, then taken out again.

A mark is `\\x01PATH:LINE\\x02`. Control characters cannot stand in mail markup, so a mark never collides
with what an author writes; every other control character is dropped on the way.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from newsletter.source import Place

__all__ = ["Entry", "LineMap", "mark", "mark_tags", "strip_marks"]

_MAX_PATH = 5000
_UNFIT = re.compile("[\x00-\x1f]")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_MARK_OR_CONTROL = re.compile(
    "\x01(?P<path>[^\x00-\x1f]{1,5000}):(?P<line>\\d{1,9})\x02|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ufeff\ud800-\udfff]"
    "|(?P<return>\r\n?)"
)


def mark(path: str, line: int) -> str:
    """Return the mark for `line` of `path`; line 0 means that lines cannot be told apart there."""
    return f"\x01{_UNFIT.sub('?', path)[:_MAX_PATH]}:{line}\x02"


def mark_tags(text: str, path: str, line: int) -> str:
    """Return `text`, whose first line is `line` of `path`, with a mark before every tag."""
    parts: list[str] = []
    done = 0
    for match in _TAG.finditer(text):
        line += text.count("\n", done, match.start())
        parts += (text[done : match.start()], mark(path, line))
        done = match.start()
    parts.append(text[done:])
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class Entry:
    """Where text of another file begins, and the place in the file around it, None when that is unknown."""

    offset: int
    place: Place | None


@dataclass(frozen=True, slots=True)
class LineMap:
    """Text and, for offsets in it, the place in the file it was written in."""

    text: str
    offsets: tuple[int, ...] = ()
    origins: tuple[tuple[str, int], ...] = ()

    def place(self, offset: int) -> Place | None:
        """Return where the character at `offset` was written, None before the first mark."""
        index = bisect_right(self.offsets, offset) - 1
        if index < 0:
            return None
        path, line = self.origins[index]
        if line == 0:
            return Place(path=path)
        return Place(path=path, line=line + self.text.count("\n", self.offsets[index], offset))

    def entry(self, path: str) -> Entry | None:
        """Return where the text written in `path` begins, None when there is none."""
        index = next((number for number, (origin, _) in enumerate(self.origins) if origin == path), None)
        if index is None:
            return None
        if index == 0:
            return Entry(self.offsets[0], None)
        around, line = self.origins[index - 1]
        line += self.text.count("\n", self.offsets[index - 1], self.offsets[index])
        return Entry(self.offsets[index], Place(path=around, line=line))

    def has_origin(self, path: str) -> bool:
        """Say whether anything in the text was written in `path`."""
        return any(path == origin for origin, _ in self.origins)


def strip_marks(marked: str) -> LineMap:
    """Take the marks out of `marked`; drop control characters and turn CR LF and CR into LF."""
    parts: list[str] = []
    offsets: list[int] = []
    origins: list[tuple[str, int]] = []
    length = done = 0
    for match in _MARK_OR_CONTROL.finditer(marked):
        piece = marked[done : match.start()]
        if match["return"]:
            piece += "\n"
        parts.append(piece)
        length += len(piece)
        done = match.end()
        if match["path"]:
            offsets.append(length)
            origins.append((match["path"], int(match["line"])))
    parts.append(marked[done:])
    return LineMap("".join(parts), tuple(offsets), tuple(origins))
