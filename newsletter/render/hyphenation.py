"""Soft hyphens in long words of running HTML text, so that a narrow screen has where to break them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from newsletter.content.typography.languages import language_of

if TYPE_CHECKING:
    from pyphen import Pyphen

__all__ = ["MIN_LETTERS", "SOFT_HYPHEN", "hyphenate"]

SOFT_HYPHEN = "\u00ad"
MIN_LETTERS = 14
"""Shorter words stay whole: they fit on a line of any screen."""

_EDGE = 4  # fewest letters before the first and behind the last soft hyphen
_LONG = re.compile(rf"(?<![\w@./\\_\u00ad])[^\W\d_]{{{MIN_LETTERS},60}}(?![\w@/\\_\u00ad]|[.:]\w)")


def hyphenate(text: str, lang: str) -> str:
    """Return `text` with soft hyphens (U+00AD) in its words of at least MIN_LETTERS letters.

    Words with a capital inside, slots, addresses and words the author hyphenated stay as they are.
    Compounds break between their parts first; a part that is still long breaks between syllables. In a
    language without a dictionary nothing changes.
    """
    language = language_of(lang)
    if language.hyphenation is None or len(text) < MIN_LETTERS:
        return text
    return _LONG.sub(lambda match: _hyphenated(match[0], lang), text)


@lru_cache(maxsize=16_384)
def _hyphenated(word: str, lang: str) -> str:
    if any(letter.isupper() for letter in word[1:]) or word.startswith("nlph"):
        return word
    language = language_of(lang)
    points = [
        int(point)
        for point in _dictionary(str(language.hyphenation)).positions(word.lower())
        if getattr(point, "data", None) is None and _EDGE <= point <= len(word) - _EDGE
    ]
    chosen = _between_parts(word.lower(), points, language.parts)
    edges = [0, *chosen, len(word)]
    for start, end in pairwise(edges):
        if end - start >= MIN_LETTERS or not chosen:
            chosen = [*chosen, *(point for point in points if start + _EDGE <= point <= end - _EDGE)]
    cuts = [0, *sorted(set(chosen)), len(word)]
    return SOFT_HYPHEN.join(word[start:end] for start, end in pairwise(cuts))


def _between_parts(word: str, points: Sequence[int], parts: Sequence[str]) -> list[int]:
    """Return those of `points` where one of `parts` begins and runs to the end or to another point.

    An s may join it to what follows: overheids-informatie.
    """
    ends = {*points, len(word)} | {point - 1 for point in points if word[point - 1] == "s"}
    return [
        point
        for point in points
        if any(word.startswith(part, point) and point + len(part) in ends for part in parts)
    ]


@lru_cache(maxsize=16)
def _dictionary(name: str) -> Pyphen:
    from pyphen import Pyphen

    return Pyphen(lang=name, left=_EDGE, right=_EDGE)
