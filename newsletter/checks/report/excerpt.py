"""The line of source a finding is about, with a caret, safe to print in a terminal."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

from newsletter.source import Place

__all__ = ["Excerpt", "Sources"]

_WIDTH = 96
"""Most columns of an excerpt; a paragraph on one line is cut around the caret."""

_MAX_BYTES = 8_000_000
"""Files larger than this are not opened for an excerpt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A line of source as shown, and how many columns the caret stands in (None: no column is known)."""

    text: str
    indent: int | None


@dataclass(slots=True)
class Sources:
    """The files findings point into, each read once. `root` is where shown paths start."""

    root: Path
    _lines: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def excerpt(self, place: Place | None) -> Excerpt | None:
        """Return the line at `place`, or None when there is no such line to show."""
        if place is None or place.line is None:
            return None
        lines = self._read(place.path)
        if not 1 <= place.line <= len(lines):
            return None
        return _cut(lines[place.line - 1], place.column)

    def _read(self, path: str) -> tuple[str, ...]:
        if path not in self._lines:
            self._lines[path] = _read_lines(self.root / path)
        return self._lines[path]


def _read_lines(path: Path) -> tuple[str, ...]:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_BYTES:
            return ()
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
    except (OSError, ValueError):  # a path with a null character is a ValueError
        return ()
    return tuple(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def _cut(line: str, column: int | None) -> Excerpt | None:
    if not line.strip():
        return None
    at = None if column is None else min(max(column - 1, 0), len(line))
    start = 0 if at is None or at < _WIDTH * 3 // 4 else at - _WIDTH // 2
    piece = line[start : start + _WIDTH]
    prefix, suffix = "…" if start else "", "…" if start + _WIDTH < len(line) else ""
    shown = prefix + _printable(piece) + suffix
    indent = None if at is None else _columns(prefix + _printable(line[start:at]))
    return Excerpt(text=shown.rstrip(), indent=indent)


def _printable(text: str) -> str:
    """Replace what would move the cursor or change colours: a source line may hold anything."""
    return "".join(
        " " if char == "\t" else "\N{REPLACEMENT CHARACTER}" if _moves(char) else char for char in text
    )


def _moves(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char != "\N{ZERO WIDTH JOINER}"


def _columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
        for char in text
    )
