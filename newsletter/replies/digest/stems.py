"""What is left of a word without its endings, by Snowball, so that "groep" and "groepen" count as one."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Protocol

from snowballstemmer import stemmer

__all__ = ["stem"]


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 (the library's own name)


@lru_cache(maxsize=50_000)
def stem(word: str, algorithm: str) -> str:
    """Return the stem of `word`, in small letters, by Snowball's `algorithm`, such as "english"."""
    return _stemmer(algorithm).stemWord(word)


@cache
def _stemmer(algorithm: str) -> _Stemmer:
    made: _Stemmer = stemmer(algorithm)
    return made
