"""The terms of a text: words that say something, and pairs of them side by side, by their stems."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from newsletter.replies.digest.blocks import text_blocks
from newsletter.replies.digest.language import DigestLanguage
from newsletter.replies.digest.masks import ADDRESS
from newsletter.replies.digest.sentences import split_sentences
from newsletter.replies.digest.stems import stem

__all__ = ["Term", "terms_of"]

Term = tuple[str, ...]
"""One stem, or two that stand side by side."""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_LEAST, _LONGEST = 3, 40  # letters
_MOST_WORDS = 3_000  # of one text; a longer one says no more about what readers care for


def terms_of(text: str, language: DigestLanguage, unsaid: Collection[str] = ()) -> dict[Term, Counter[str]]:
    """Return the terms of `text`, each with the ways it is written there, in small letters.

    `unsaid` are further words that say nothing, such as the author's name.
    """
    found: dict[Term, Counter[str]] = {}
    read = 0
    for words in _sentences_of_words(text, language):
        read += len(words)
        if read > _MOST_WORDS:
            break
        for term, written in _terms(words, language, unsaid):
            found.setdefault(term, Counter())[written] += 1
    return found


def _sentences_of_words(text: str, language: DigestLanguage) -> Iterator[list[str]]:
    for block in text_blocks(text, language):
        for sentence in split_sentences(block, language):
            shown = "".join(
                " " if cover == ADDRESS else char
                for char, cover in zip(sentence.text, sentence.covered, strict=True)
            )
            yield [match[0].lower() for match in _WORD.finditer(shown)]


def _terms(
    words: Iterable[str], language: DigestLanguage, unsaid: Collection[str]
) -> Iterator[tuple[Term, str]]:
    before: tuple[str, str] | None = None
    for word in words:
        if not _says_something(word, language, unsaid):
            before = None
            continue
        root = stem(word, language.stemmer)
        yield (root,), word
        if before is not None:
            yield (before[0], root), f"{before[1]} {word}"
        before = (root, word)


def _says_something(word: str, language: DigestLanguage, unsaid: Collection[str]) -> bool:
    return (
        _LEAST <= len(word) <= _LONGEST
        and word not in language.stop
        and _plain(word) not in language.stop
        and word not in unsaid
        and not any(char.isdigit() for char in word)
    )


def _plain(word: str) -> str:
    """Return `word` without accents, which Dutch puts on whatever is stressed: *één*, *dát*."""
    parts = unicodedata.normalize("NFD", word)
    return "".join(char for char in parts if not unicodedata.combining(char))
