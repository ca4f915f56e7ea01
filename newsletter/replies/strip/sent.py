"""Which words of a mail are those of the letter that was sent: by runs of four, wherever lines break."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsletter.replies.strip.lines import Line

__all__ = ["Echo", "echo_of"]

_WORD = re.compile(r"\w{1,60}")
_RUN = 4
_MOST_WORDS = 100_000


@dataclass(frozen=True, slots=True)
class Echo:
    """For each line: its words, how many of them are the letter's, and where in the letter they stand.

    `first` and `last` are places of the first and last such word, -1 when there is none. `length` is the
    number of words in the letter, `vocabulary` has each of them.
    """

    words: Sequence[int]
    covered: Sequence[int]
    first: Sequence[int]
    last: Sequence[int]
    length: int
    vocabulary: frozenset[str]

    def is_sent(self, index: int) -> bool:
        """Tell whether a line is the letter's."""
        return self.covered[index] > 0 and self.covered[index] >= 0.75 * self.words[index]

    def is_all_sent(self, index: int) -> bool:
        """Tell whether a line is the letter's to a word: who quotes it in a sentence adds more than one."""
        return self.covered[index] > 0 and self.words[index] - self.covered[index] <= 1

    def is_new(self, index: int) -> bool:
        """Tell whether most of a line is not of the letter."""
        return self.words[index] > 0 and self.covered[index] <= 0.5 * self.words[index]

    def is_strange(self, text: str) -> bool:
        """Tell whether a text ends with a word that the letter does not know, such as its reader's name."""
        words = _words(text)
        return bool(words) and words[-1] not in self.vocabulary

    def share(self, indices: Sequence[int]) -> float:
        """Return which part of the words on some lines is the letter's."""
        total = sum(self.words[index] for index in indices)
        return sum(self.covered[index] for index in indices) / total if total else 0.0


def echo_of(lines: Sequence[Line], sent_text: str) -> Echo | None:
    """Return where `lines` repeat the letter; None when there is no letter to compare with."""
    letter = _words(sent_text)
    if len(letter) < _RUN:
        return None
    places: dict[tuple[str, ...], int] = {}
    for at in range(len(letter) - _RUN + 1):
        places.setdefault(tuple(letter[at : at + _RUN]), at)
    stream: list[str] = []
    starts = []
    for line in lines:
        starts.append(len(stream))
        if len(stream) < _MOST_WORDS:
            stream += _words(line.body)
    starts.append(len(stream))
    where = [-1] * len(stream)
    for at in range(len(stream) - _RUN + 1):
        place = places.get(tuple(stream[at : at + _RUN]))
        if place is not None:
            for step in range(_RUN):
                where[at + step] = place + step
    return _by_line(starts, where, letter)


def _by_line(starts: Sequence[int], where: Sequence[int], letter: Sequence[str]) -> Echo:
    words, covered, first, last = [], [], [], []
    for begin, end in pairwise(starts):
        found = [place for place in where[begin:end] if place >= 0]
        words.append(end - begin)
        covered.append(len(found))
        first.append(found[0] if found else -1)
        last.append(found[-1] if found else -1)
    return Echo(words, covered, first, last, len(letter), frozenset(letter))


def _words(text: str) -> list[str]:
    return _WORD.findall(text[: _MOST_WORDS * 10].lower())[:_MOST_WORDS]
