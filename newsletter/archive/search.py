"""What the pages' own search looks through: an index in parts, of which a page loads those it needs.

The parts are scripts, because a page that was opened from a disk may load nothing else. Each hands its data
to a function of `search.js`. `search/letters.js` has the letters and tells which part has which words;
`search/words-….js` have words and the letters they stand in; `search/text-….js` has the text of a letter, for
the passage that is shown. Names hold digests, so that no part is taken for an earlier one of its name.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from hashlib import sha256

from newsletter.archive.edition import ArchivedIssue, ArchivedLetter, ArchiveFile, Edition

__all__ = ["SEARCH", "SEARCH_INDEX", "index_words", "search_files"]

SEARCH = "search"
"""The folder of the index; a letter may have its page there as well."""

SEARCH_INDEX = f"{SEARCH}/letters.js"

_PART_BYTES = 40_000
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_LEFT_OUT = re.compile("[\u0300-\u036f\u00ad'\u2019]")
_NO_SPACES = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"  # scripts that write words without spaces
_WORD = re.compile(rf"[{_NO_SPACES}]|[^\W_{_NO_SPACES}]+")


def search_files(edition: Edition) -> Iterator[ArchiveFile]:
    """Yield the index of the public letters, in every language, and their texts."""
    letters = [(issue, letter) for issue in reversed(edition.listed) for letter in issue.letters]
    parts: list[tuple[str, str]] = []
    for first, lines in _parts(_places(letters)):
        part = _named("words", lines)
        parts.append((first, part.path))
        yield part
    known: list[tuple[str, ...]] = []
    for issue, letter in letters:
        text = _named("text", _text(letter))
        day = issue.at.date().isoformat()
        known.append((f"{issue.folder(letter)}/", letter.lang, day, letter.title, text.path))
        yield text
    yield _script(SEARCH_INDEX, {"letters": known, "parts": parts})


def index_words(text: str) -> set[str]:
    """Return the words of `text` as they are looked up: small, without accents, apostrophes and hyphens."""
    plain = _LEFT_OUT.sub("", unicodedata.normalize("NFD", text)).lower()
    return set(_WORD.findall(plain))


def _text(letter: ArchivedLetter) -> str:
    return " ".join(part for part in (letter.preheader, letter.text) if part)


def _places(letters: Sequence[tuple[ArchivedIssue, ArchivedLetter]]) -> dict[str, list[int]]:
    """Return the letters each word stands in, by their number from the earliest on."""
    places: dict[str, list[int]] = {}
    for number, (_issue, letter) in enumerate(letters):
        for word in index_words(" ".join((letter.title, *letter.tags, _text(letter)))):
            places.setdefault(word, []).append(number)
    return places


def _parts(places: dict[str, list[int]]) -> Iterator[tuple[str, str]]:
    """Yield the index cut into parts: the first word of each, and a line for every word.

    A line is how many letters the word shares with the one before (a digit, base 36), the rest of it, and
    the numbers of its letters (base 36), each as the distance from the one before.
    """
    first, before, size = "", "", 0
    lines: list[str] = []
    for word in sorted(
        places, key=lambda one: one.encode("utf-16-be", "surrogatepass")
    ):  # as scripts compare
        if size > _PART_BYTES:
            yield first, "\n".join(lines)
            before, lines, size = "", [], 0
        first = first if lines else word
        shared = _shared(before, word)
        line = f"{_DIGITS[shared]}{word[shared:]},{_distances(places[word])}"
        lines.append(line)
        size += len(line.encode("utf-8", "replace")) + 1
        before = word
    if lines:
        yield first, "\n".join(lines)


def _shared(one: str, other: str) -> int:
    most = min(len(one), len(other), len(_DIGITS) - 1)
    # A script counts a letter beyond U+FFFF as two: nothing is shared from there on.
    return next((at for at in range(most) if one[at] != other[at] or one[at] > "\uffff"), most)


def _distances(numbers: Sequence[int]) -> str:
    before = [0, *numbers]
    return ",".join(_base36(number - last) for number, last in zip(numbers, before, strict=False))


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
        if not number:
            return digits


def _named(kind: str, text: str) -> ArchiveFile:
    digest = sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
    return _script(f"{SEARCH}/{kind}-{digest}.js", text)


def _script(path: str, data: object) -> ArchiveFile:
    said = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return ArchiveFile(path=path, data=f'archiveSearch("{path}",{said});\n'.encode("utf-8", "replace"))
