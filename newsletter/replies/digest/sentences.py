"""Sentences of a block of text, as people write in mails: without capitals too, and with abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.replies.digest.language import DigestLanguage
from newsletter.replies.digest.masks import QUOTED_STOP, cover

__all__ = ["Sentence", "split_sentences"]

_CLOSERS = "\"'”’»)*_"
_STOP = re.compile(rf"[.!?…{QUOTED_STOP}]+[{re.escape(_CLOSERS)}]*(?=\s|\Z)")
_LAST_WORD = re.compile(r"[\w./]*\Z")
_LOOKED_BACK = 30
_LEAST_WORD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence: its words, and the same with what it only quotes covered, character for character."""

    text: str
    covered: str


def split_sentences(block: str, language: DigestLanguage) -> Iterator[Sentence]:
    """Yield the sentences of `block`, a line of text; together they hold every word of it, in order."""
    covered = cover(block)
    start = 0
    for match in _STOP.finditer(covered):
        if not _ends_sentence(covered, match, language):
            continue
        yield from _sentence(block, covered, start, match.end())
        start = match.end()
    yield from _sentence(block, covered, start, len(block))


def _sentence(block: str, covered: str, start: int, end: int) -> Iterator[Sentence]:
    text = block[start:end]
    bare = text.strip()
    if bare:
        start += len(text) - len(text.lstrip())
        yield Sentence(text=bare, covered=covered[start : start + len(bare)])


def _ends_sentence(text: str, stop: re.Match[str], language: DigestLanguage) -> bool:
    next_at = stop.end()
    while next_at < len(text) and text[next_at].isspace():
        next_at += 1
    following = text[next_at : next_at + 2].lstrip("\"'“‘„(*_«")[:1]
    goes_on = following.islower()
    mark = stop[0][0]
    if goes_on and (stop[0][-1] in _CLOSERS or stop[0].startswith(("..", "…"))):
        return False
    if mark != ".":
        return True
    found = _LAST_WORD.search(text, max(0, stop.start() - _LOOKED_BACK), stop.start())
    word = (found[0] if found else "").lower()
    if word in language.numbering:  # "no. 5", and "she said no."
        return not following.isdigit() and not goes_on
    if word in language.abbreviations or ("." in word and not word.replace(".", "").isdigit()):
        return False
    if len(word) == 1 and word.isalpha():
        return False
    return not goes_on or len(word) >= _LEAST_WORD or word.isdigit()
