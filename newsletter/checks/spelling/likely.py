"""Which words somebody may have meant with one that is in no dictionary.

Hunspell answers that itself, in a fifth of a second for a Dutch word, because it tries compounds of
everything. Here listed words come from an index, and a small number of likely slips is undone and looked up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import islice

from newsletter.checks.spelling.distance import (
    ACCENT,
    BEYOND,
    DOUBLED,
    FIRST,
    LETTER,
    OTHER,
    SOUND,
    VOWEL,
    VOWELS,
    changed,
    distance,
    swapped,
)
from newsletter.checks.spelling.habits import Habits
from newsletter.checks.spelling.listed import ListedWords

__all__ = ["likely_words", "looks_like_slip"]

_MOST = 4
_LONGEST = 40
_LOOKED_UP = 170
"""Look-ups for one slip, and as many again where it seems to be two slips in one word."""
_HABIT = 5
_TWO_WORDS = 12
_MADE = 2
"""How much farther a word is that no list has: Dutch makes a compound of almost anything."""
_FARTHER = 2
"""How much farther than the nearest a word may be to be looked up."""
_FIRST_OF_TWO = 20
_SHORT = 4

Guess = tuple[int, str]
"""What a slip would cost, and the word without it."""


def likely_words(slip: str, spell: Callable[[str], bool], habits: Habits, listed: ListedWords) -> list[str]:
    """Return words that `spell` knows and that look like `slip`, the likeliest first, four at most.

    One that starts with a capital gets words that do.
    """
    word = slip[0].lower() + slip[1:]
    if not 1 < len(word) <= _LONGEST:
        return []
    lookups = _LookUps(spell)
    found = listed.like(word)
    _undo(_likely_slips(word, habits), found, lookups, habits)
    if min(found.values(), default=BEYOND) >= LETTER + (1 if habits.has_compounds else 0):
        _undo(islice(_letters_missed(word, habits), _LOOKED_UP), found, lookups, habits)
    if not found:
        found |= listed.like(word, sounding=True)
    if not found:
        lookups.left = _LOOKED_UP
        _undo(_two_slips(word, habits), found, lookups, habits)
    lookups.left = _LOOKED_UP
    ranked = (one for _, one in sorted((cost, one) for one, cost in found.items()) if lookups.knows(one))
    return [one[0].upper() + one[1:] if slip[0].isupper() else one for one in islice(ranked, _MOST)]


def looks_like_slip(word: str, likely: Sequence[str], common: Collection[str]) -> bool:
    """Say whether `word` is one slip away from the first two of its `likely` words, rather than a new word.

    Two words written as one are a slip where one of them is among the `common` ones: *infact*, *testnet*.
    A short word is one letter away from anything.
    """
    limit = VOWEL if len(word) <= _SHORT else OTHER
    apart = [other.split(" ") for other in likely[:2] if " " in other]
    if any(not part.isdisjoint(common) for part in map(set, apart)):
        return True
    whole = [other for other in likely[:2] if " " not in other]
    return len(word) >= _SHORT and any(distance(word.lower(), one.lower(), limit) < BEYOND for one in whole)


class _LookUps:
    """Asks each word once, and a limited number of them."""

    def __init__(self, spell: Callable[[str], bool]) -> None:
        self._spell = spell
        self._answers: dict[str, bool] = {}
        self.left = _LOOKED_UP

    def knows(self, words: str) -> bool:
        """Say whether `words`, one or two, are right; what is over the limit is not."""
        answer = self._answers.get(words)
        if answer is None:
            if self.left <= 0:
                return False
            self.left -= 1
            answer = self._answers[words] = all(map(self._spell, words.split(" ")))
        return answer


def _undo(guesses: Iterable[Guess], found: dict[str, int], lookups: _LookUps, habits: Habits) -> None:
    """Add to `found` what is right of `guesses`, or is nearer than was thought."""
    made = _MADE if habits.has_compounds else 0
    nearest = min(found.values(), default=BEYOND)
    for cost, word in guesses:
        if lookups.left <= 0 or cost + made > nearest + _FARTHER:
            return
        if word in found:
            found[word] = min(found[word], cost)
        elif lookups.knows(word):
            found[word] = cost + made
            nearest = min(nearest, cost + made)


def _likely_slips(word: str, habits: Habits) -> list[Guess]:
    """Return what is worth a look for any word, the likeliest first: a few for each letter."""
    told = [one for one in habits.replacements if one.wrong in word]
    guesses = [(_HABIT, right) for one in told for right in one.applied(word)]
    guesses += _near(word, habits)
    for at, letter in enumerate(word):
        if not at or word[at - 1] != letter:
            guesses.append((LETTER + (0 if at else FIRST), word[:at] + word[at + 1 :]))
    for at in range(1, len(word) - 1):
        if at > 1 or word[0] in "ai":
            guesses.append((_TWO_WORDS, f"{word[:at]} {word[at:]}"))
    return sorted(guess for guess in guesses if guess[1] != word)


def _near(word: str, habits: Habits) -> Iterator[Guess]:
    """Yield `word` with one letter doubled or no longer, with another accent, or two changed about."""
    for at, letter in enumerate(word):
        if at and word[at - 1] == letter:
            yield DOUBLED, word[:at] + word[at + 1 :]
        else:
            yield DOUBLED, word[:at] + letter + word[at:]
        for other in habits.related.get(letter, ""):
            yield ACCENT, word[:at] + other + word[at + 1 :]
        if at and word[at - 1] != letter:
            before = word[at - 1]
            cost = swapped(before, letter) + (FIRST if at == 1 else 0)
            yield cost, word[: at - 1] + letter + before + word[at + 1 :]


def _letters_missed(word: str, habits: Habits) -> Iterator[Guess]:
    """Yield `word` with one letter more, the commonest first, then with another for the same sound."""
    for letter in habits.letters[: _FIRST_OF_TWO // 2]:
        for at in range(1, len(word) + 1):
            if word[at - 1] != letter:
                yield LETTER, word[:at] + letter + word[at:]
    for at, letter in enumerate(word[1:], 1):
        for other in habits.letters:
            cost = changed(letter, other)
            if cost in (SOUND, VOWEL):
                yield cost, word[:at] + other + word[at + 1 :]


def _two_slips(word: str, habits: Habits) -> list[Guess]:
    """Return `word` with two small slips undone, the likeliest first."""
    first = sorted(_small(word, habits))[:_FIRST_OF_TWO]
    return sorted((cost + more, right) for cost, one in first for more, right in _small(one, habits))


def _small(word: str, habits: Habits) -> Iterator[Guess]:
    yield from _near(word, habits)
    for at, letter in enumerate(word):
        if letter in VOWELS:
            for other in sorted(VOWELS - {letter}):
                yield LETTER, word[:at] + other + word[at + 1 :]
