"""The words that a dictionary lists, found by how they look."""

from __future__ import annotations

import re
from collections.abc import Mapping

from newsletter.checks.spelling.distance import BEYOND, FIRST, distance, sounding_like, unaccented

__all__ = ["ListedWords"]

_FARTHEST = 18
"""About two slips in one word."""
_LENGTHS = 2
_DIFFERENT = 3
"""Letters that only one of the two words has, counting a second one apart."""
_BITS = {letter: 1 << at for at, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
_OTHER_BIT = 1 << len(_BITS)
_SECOND = len(_BITS) + 1


class ListedWords:
    """The text of a .dic file; words with one initial are taken out of it when the first of them is asked."""

    def __init__(self, text: str) -> None:
        """Keep `text`, a word on a line, each perhaps with its flags behind a stroke."""
        self._text = text
        self._by_initial: dict[str, Mapping[int, list[tuple[int, str]]]] = {}

    def like(self, slip: str, *, sounding: bool = False) -> dict[str, int]:
        """Return the listed words near `slip`, each with its distance; a name is farther than a word.

        They begin with the same letter, with `sounding` with another that may sound the same.
        """
        first = unaccented(slip[0])
        initials = sounding_like(first) if sounding else (first,)
        return {word: cost for initial in initials for word, cost in self._near(slip, initial).items()}

    def _near(self, slip: str, initial: str) -> dict[str, int]:
        letters = _letters(slip)
        if initial not in self._by_initial:
            self._by_initial[initial] = self._read(initial)
        by_length = self._by_initial[initial]
        found: dict[str, int] = {}
        for length in range(len(slip) - _LENGTHS, len(slip) + _LENGTHS + 1):
            held = by_length.get(length, [])
            for word in [word for bits, word in held if (bits ^ letters).bit_count() <= _DIFFERENT]:
                cost = distance(slip, word.lower(), _FARTHEST)
                if cost < BEYOND:
                    found[word] = cost + (FIRST if word[0].isupper() else 0)
        return found

    def flagged(self, flag: str, kind: str) -> frozenset[str]:
        """Return the words with `flag`, which is written as `kind` says ("", "long", "num")."""
        if not flag:
            return frozenset()
        lines = re.findall(rf"^([^/\n]+)/([^\s]*{re.escape(flag)}[^\s]*)", self._text, re.MULTILINE)
        return frozenset(word.lower() for word, flags in lines if flag in _flags(flags, kind))

    def _read(self, initial: str) -> Mapping[int, list[tuple[int, str]]]:
        """Return the words that begin with `initial`, by length, each with its letters as bits."""
        by_length: dict[int, list[tuple[int, str]]] = {}
        both = re.escape(initial + initial.upper())
        for line in re.findall(rf"^[{both}][^/\n\t#]*", self._text, re.MULTILINE):
            word = line.strip()
            if not word.isupper():
                by_length.setdefault(len(word), []).append((_letters(word.lower()), word))
        return by_length


def _flags(text: str, kind: str) -> list[str]:
    if kind == "num":
        return text.split(",")
    width = 2 if kind == "long" else 1
    return [text[at : at + width] for at in range(0, len(text), width)]


def _letters(word: str) -> int:
    """Return a number with a bit for each letter of `word`, and another for one that it has twice."""
    held = 0
    for letter in word:
        bit = _BITS.get(letter) or _BITS.get(unaccented(letter), _OTHER_BIT)
        held |= bit << _SECOND if held & bit else bit
    return held
