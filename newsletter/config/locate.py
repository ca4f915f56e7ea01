"""Find the line on which each table and key of a TOML file stands; tomllib does not tell."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["KeyPath", "line_of", "locate_keys"]

KeyPath = tuple[str, ...]

# What may stand in a value: whole strings first, so that a bracket or # within one does not count.
_PIECE = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{}\n]",
    re.DOTALL,
)
_KEY_PART = re.compile(r"\s*(\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*")


def locate_keys(text: str) -> Mapping[KeyPath, int]:
    """Return the line (from 1) of every table and key of `text`, a TOML document that tomllib accepts.

    Keys within an inline table are not listed; they share the line of their table.
    """
    lines: dict[KeyPath, int] = {}
    table: KeyPath = ()
    position, counted, number = 0, 0, 1
    while position < len(text):
        line_end = text.find("\n", position)
        line_end = len(text) if line_end < 0 else line_end
        statement = text[position:line_end].strip()
        number += text.count("\n", counted, position)
        counted = position
        if not statement or statement.startswith("#"):
            position = line_end + 1
        elif statement.startswith("["):
            table = _read_key(statement.lstrip("["))[0]
            for depth in range(1, len(table) + 1):
                lines.setdefault(table[:depth], number)
            position = line_end + 1
        else:
            key, length = _read_key(text[position:line_end])
            for depth in range(1, len(key) + 1):
                lines.setdefault((*table, *key[:depth]), number)
            position = _skip_value(text, position + length)
    return lines


def line_of(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of `path`, or of the nearest table around it that is known."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None


def _read_key(text: str) -> tuple[KeyPath, int]:
    """Return the dotted key at the start of `text`, and its length."""
    parts: list[str] = []
    position = 0
    while match := _KEY_PART.match(text, position):
        part = match[1]
        parts.append(part[1:-1] if part[0] in "\"'" else part)
        position = match.end()
        if text[position : position + 1] != ".":
            break
        position += 1
    return tuple(parts), position


def _skip_value(text: str, position: int) -> int:
    """Return the position behind the value that starts at `position`, at the start of a line."""
    depth = 0
    for match in _PIECE.finditer(text, position):
        piece = match[0]
        if piece in "[{":
            depth += 1
        elif piece in "]}":
            depth -= 1
        elif piece == "\n" and depth <= 0:
            return match.end()
    return len(text)
