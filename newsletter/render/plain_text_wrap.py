"""Wrapping plain text by the width people see, not by the number of characters."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["pad", "text_width", "wrap"]

_SPACES = re.compile("[ \t\n]+")  # a no-break space is none of these
_INVISIBLE = ("Mn", "Me", "Cf")


def text_width(text: str) -> int:
    """Return the columns `text` takes: two for wide East Asian characters (UAX 11), none for marks."""
    return len(text) if text.isascii() else sum(map(_char_width, text))


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` columns, broken at spaces; line feeds in it stay.

    A word that is longer gets a line of its own, so that an address stays whole; a run of wide characters,
    which has no spaces, is broken anywhere.
    """
    lines: list[str] = []
    for part in text.split("\n"):
        lines += _wrap_line(part, width)
    return lines


def pad(text: str, width: int, align: str) -> str:
    """Return `text` filled with spaces to `width` columns; `align` is left, right or center."""
    room = max(0, width - text_width(text))
    left = room if align == "right" else room // 2 if align == "center" else 0
    return " " * left + text + " " * (room - left)


def _wrap_line(text: str, width: int) -> list[str]:
    lines: list[str] = []
    line: list[str] = []
    used = 0
    for word in filter(None, _SPACES.split(text)):
        for piece in _pieces(word, width):
            taken = text_width(piece)
            if line and used + 1 + taken > width:
                lines.append(" ".join(line))
                line, used = [], 0
            used += taken + bool(line)
            line.append(piece)
    return [*lines, " ".join(line)]


def _pieces(word: str, width: int) -> list[str]:
    if (
        len(word) * 2 <= width
        or text_width(word) <= width
        or not any(_char_width(char) == 2 for char in word)
    ):
        return [word]
    pieces: list[str] = []
    start, used = 0, 0
    for index, char in enumerate(word):
        taken = _char_width(char)
        if used + taken > width:
            pieces.append(word[start:index])
            start, used = index, 0
        used += taken
    return [*pieces, word[start:]]


def _char_width(char: str) -> int:
    if unicodedata.east_asian_width(char) in "WF":
        return 2
    return 0 if unicodedata.category(char) in _INVISIBLE else 1
