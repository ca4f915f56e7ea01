"""Themes: terms that more readers use than the letters' own language would let expect, by log-likelihood.

For each term there are four numbers: replies with and without it, paragraphs of the letters with and without
it. The ratio of likelihoods (Dunning 1993, "Accurate methods for the statistics of surprise and coincidence")
says how surprising these numbers are when readers and author spoke alike, and puts the themes in order.
Nothing is learned and nothing is guessed: a theme is a word, and the replies it stands in.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from newsletter.replies.digest.terms import Term

__all__ = ["LEAST_READERS", "Theme", "find_themes", "log_likelihood"]

LEAST_READERS = 2
"""What a single reader writes of is no theme, in however many mails."""

_LEAST_SHARE = 0.04  # of the replies; in hundreds of them, two are nothing yet
_TIMES = 2  # as often as in the letters, at least
_SAME = 0.7  # a pair in so many of a word's replies stands for the word
_MOST = 12
_NOBODY: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A term as readers write it most, the replies it is in, and how surprising that is.

    `in_letters` is how many paragraphs of the letters have it, `surprise` the log-likelihood ratio (G²), or
    the number of replies where there are no letters to compare with.
    """

    words: str
    replies: tuple[int, ...]
    in_letters: int
    surprise: float


def find_themes(
    replies: Mapping[int, Mapping[Term, Counter[str]]],
    letters: Sequence[Iterable[Term]],
    *,
    readers: Mapping[int, int] = _NOBODY,
    most: int = _MOST,
) -> tuple[Theme, ...]:
    """Return the themes of `replies`, terms by number of reply, most surprising first.

    `letters` are the terms of each paragraph of the letters. `readers` says whose a reply is, by its number;
    one that is not in it is of somebody else than all others.
    """
    where: dict[Term, list[int]] = {}
    written: dict[Term, Counter[str]] = {}
    for number in sorted(replies):
        for term, ways in replies[number].items():
            where.setdefault(term, []).append(number)
            written.setdefault(term, Counter()).update(ways)
    said = Counter(term for paragraph in letters for term in set(paragraph))
    found: dict[Term, Theme] = {}
    for term, numbers in where.items():
        writers = {readers.get(number, -number) for number in numbers}
        if len(writers) < max(LEAST_READERS, _LEAST_SHARE * len(replies)):
            continue
        surprise = _surprise(len(numbers), len(replies), said[term], len(letters))
        if surprise is not None:
            found[term] = Theme(
                words=_commonest(written[term]),
                replies=tuple(numbers),
                in_letters=said[term],
                surprise=surprise,
            )
    kept = _without_parts(found)
    return tuple(sorted(kept, key=lambda one: (-one.surprise, -len(one.replies), one.words))[:most])


def _surprise(inside: int, replies: int, outside: int, paragraphs: int) -> float | None:
    """Return how surprising a term is that readers use more than the letters; None when it is not."""
    if not paragraphs:
        return float(inside)
    if inside * paragraphs < _TIMES * outside * replies:
        return None
    return log_likelihood(inside, replies, outside, paragraphs)


def log_likelihood(inside: int, replies: int, outside: int, paragraphs: int) -> float:
    """Return G² of a term in `inside` of `replies` and in `outside` of `paragraphs`; both totals above 0."""
    whole = replies + paragraphs
    table = (
        (inside, replies, inside + outside),
        (outside, paragraphs, inside + outside),
        (replies - inside, replies, whole - inside - outside),
        (paragraphs - outside, paragraphs, whole - inside - outside),
    )
    return 2 * sum(seen * math.log(seen * whole / (total * column)) for seen, total, column in table if seen)


def _without_parts(found: Mapping[Term, Theme]) -> list[Theme]:
    """Leave out words that nearly always stand in a pair that is a theme itself, and pairs that seldom do."""
    pairs = {term: theme for term, theme in found.items() if len(term) > 1}
    replaced: set[Term] = set()
    for term, theme in pairs.items():
        for part in ((one,) for one in term):
            word = found.get(part)
            if word is not None and len(theme.replies) >= _SAME * len(word.replies):
                replaced.add(part)
    weak = {
        term
        for term in pairs
        if not any((one,) in replaced for one in term) and any((one,) in found for one in term)
    }
    return [theme for term, theme in found.items() if term not in replaced and term not in weak]


def _commonest(ways: Counter[str]) -> str:
    """Return the way most readers write it; of several, the shortest."""
    return min(ways, key=lambda way: (-ways[way], len(way), way))
