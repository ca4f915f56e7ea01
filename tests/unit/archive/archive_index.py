"""The index of an archive's search, read as a page reads it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Found", "Index", "searched"]


@dataclass(frozen=True, slots=True)
class Found:
    """A letter as the index knows it."""

    path: str
    lang: str
    day: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Index:
    """The letters from the earliest on, the numbers of those each word stands in, and all bytes of it."""

    letters: list[Found]
    words: dict[str, list[int]]
    size_bytes: int


def searched(folder: Path) -> Index:
    """Return the index of the archive in `folder`."""
    top = _data(folder, "search/letters.js")
    letters = [
        Found(path, lang, day, title, _data(folder, text)) for path, lang, day, title, text in top["letters"]
    ]
    words: dict[str, list[int]] = {}
    size_bytes = (folder / "search/letters.js").stat().st_size
    for first, name in top["parts"]:
        found = _words(_data(folder, name))
        assert next(iter(found)) == first
        assert all(_order(word) < _order(first) for word in words), "each part goes on where one ended"
        words |= found
        size_bytes += (folder / name).stat().st_size
    return Index(letters, words, size_bytes)


def _order(word: str) -> bytes:
    return word.encode("utf-16-be")


def _data(folder: Path, name: str):  # type: ignore[no-untyped-def]  # whatever is in the file
    match = re.fullmatch(r'archiveSearch\("([^"]+)",(.*)\);\n', (folder / name).read_text(), re.DOTALL)
    assert match is not None
    assert match[1] == name
    return json.loads(match[2])


def _words(text: str) -> dict[str, list[int]]:
    words: dict[str, list[int]] = {}
    before = ""
    for line in text.split("\n"):
        coded, *distances = line.split(",")
        before = before[: int(coded[0], 36)] + coded[1:]
        number, numbers = 0, []
        for one in distances:
            number += int(one, 36)
            numbers.append(number)
        words[before] = numbers
    return words
