"""How far a slip is from a word, in the kinds of slip that people make."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import accumulate

__all__ = [
    "ACCENT",
    "BEYOND",
    "DOUBLED",
    "FIRST",
    "LETTER",
    "OTHER",
    "SOUND",
    "SWAPPED",
    "SWAPPED_IE",
    "VOWEL",
    "VOWELS",
    "changed",
    "distance",
    "sounding_like",
    "swapped",
    "unaccented",
]

ACCENT = 3
"""A letter without its accent: *geinteresseerd*."""
DOUBLED = 5
"""One letter for two, or two for one: *commisie*."""
SWAPPED_IE = 5
"""*ie* for *ei*: *recieve*."""
SWAPPED = 7
"""Two neighbours changed places: *vrijdga*."""
SOUND = 7
"""Another letter for the same sound: *aktie*."""
VOWEL = 8
"""Another vowel: *seperate*."""
LETTER = 9
"""One letter too few or too many: *gemeentte*."""
OTHER = 11
"""Any other letter instead."""
FIRST = 4
"""What is added where it is the first letter, which people rarely miss."""
BEYOND = 99
"""Farther than was asked."""

VOWELS = frozenset("aeiouy")
_SOUNDS = frozenset(
    map(frozenset, ("sz", "fv", "dt", "ck", "cs", "iy", "gh", "gj", "pb", "mn", "ae", "ei", "ai", "kq", "xs"))
)


@lru_cache(maxsize=1_000)
def unaccented(letter: str) -> str:
    """Return `letter` without what stands above or below it."""
    return unicodedata.normalize("NFD", letter)[0]


def sounding_like(letter: str) -> tuple[str, ...]:
    """Return the other letters that may stand for the sound of `letter`."""
    return tuple(sorted(other for pair in _SOUNDS if letter in pair for other in pair - {letter}))


@lru_cache(maxsize=10_000)
def changed(letter: str, other: str) -> int:
    """Return what it costs to write `letter` for `other`."""
    if letter == other:
        return 0
    one, two = unaccented(letter), unaccented(other)
    if one == two:
        return ACCENT
    if frozenset((one, two)) in _SOUNDS:
        return SOUND
    return VOWEL if one in VOWELS and two in VOWELS else OTHER


def distance(slip: str, word: str, limit: int) -> int:
    """Return the least cost of the changes that make `slip` of `word`; BEYOND when it is over `limit`."""
    above: list[int] = []
    gaps = [_gap(word, at, letter) for at, letter in enumerate(word)]
    row = [0, *accumulate(gaps)]
    for at, letter in enumerate(slip):
        above, last, gap = row, above, _gap(slip, at, letter)
        row = [above[0] + gap]
        for over, other in enumerate(word):
            if letter == other:
                row.append(min(above[over], above[over + 1] + gap, row[over] + gaps[over]))
                continue
            cost = above[over] + changed(letter, other)
            if not at and not over and cost > ACCENT:
                cost += FIRST
            cost = min(cost, above[over + 1] + gap, row[over] + gaps[over])
            if at and over and letter == word[over - 1] and other == slip[at - 1]:
                cost = min(cost, last[over - 1] + swapped(letter, other) + (FIRST if at == 1 else 0))
            row.append(cost)
        if min(row) > limit:
            return BEYOND
    return row[-1] if row[-1] <= limit else BEYOND


def swapped(letter: str, other: str) -> int:
    """Return what it costs that `letter` and `other` changed places."""
    return SWAPPED_IE if {letter, other} == {"i", "e"} else SWAPPED


def _gap(word: str, at: int, letter: str) -> int:
    """Return what it costs when `letter` of `word` has nothing opposite to it."""
    if not at:
        return LETTER + FIRST
    return DOUBLED if word[at - 1] == letter else LETTER
