"""TX012: the letter reads easily."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.language import Language
from newsletter.checks.prose import passages
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sentences import split_sentences
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEAST, _HARD, _LONG = 150, 45, 20

_FORMULAS = {"nl": (206.84, 77.0, 0.93), "en": (206.835, 84.6, 1.015)}
"""Language, then what is left of the first number per syllable in a word and per word in a sentence."""


@rule(
    code="TX012",
    slug="readability",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter is hard to read.

    ## What it does
    Works out the reading ease of the whole letter: for Dutch by the formula of Douma (1960), for
    English by that of Flesch (1948). Below 45, or with more than 20 words in a sentence on average,
    it is something to know. Letters of fewer than 150 words are left out. A formula sees only the
    length of words and sentences.

    ## Why it matters
    Many readers read on a phone, between two meetings.

    ## Example
    ```markdown
    De implementatie van de participatieverordening vereist interbestuurlijke afstemming.
    ```

    ## Instead
    ```markdown
    Voor de nieuwe regels over inspraak moeten we met de provincie praten.
    ```
    """
    language = context.language
    words: list[str] = []
    count = 0
    for passage in passages(context):
        if passage.kind == "paragraph" and not passage.is_quoted:
            for _, sentence in split_sentences(passage.text, language.abbreviations):
                found = re.findall(r"[^\W\d_]+", sentence)
                words += found
                count += bool(found)
    if len(words) < _LEAST:
        return []
    length = len(words) / count
    syllables = sum(_syllables(word, language) for word in words) / len(words)
    whole, per_word, per_sentence = _FORMULAS[language.code]
    ease = whole - per_word * syllables - per_sentence * length
    if ease >= _HARD and length <= _LONG:
        return []
    return [
        Fault(
            what=f"the letter has a reading ease of {ease:.0f}, with {length:.0f} words in a sentence",
            why="most letters are above 50; higher is easier",
            fix="look at the longest sentences and words first",
        )
    ]


def _syllables(word: str, language: Language) -> int:
    """Return how many groups of vowels `word` has, at least one."""
    count = 0
    was_vowel = False
    for char in word.lower():
        is_vowel = char in language.vowels
        count += is_vowel and not was_vowel
        was_vowel = is_vowel
    return max(count, 1)
