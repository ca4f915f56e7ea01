"""The questions readers ask the author: with a question mark, or in words ("I wonder whether …")."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from newsletter.replies.digest.blocks import text_blocks
from newsletter.replies.digest.language import DigestLanguage
from newsletter.replies.digest.sentences import Sentence, split_sentences

__all__ = ["MARKED", "Question", "find_questions", "plain_words", "rule_of"]

MARKED = "question-mark"
"""The rule of a question with a question mark; the others are named in the language's data."""

_ASKS = re.compile(r"\?[?!]*[\"'”’»)*_\s]*(?:[^\w\s?]{0,8}\s*)\Z")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'"})
_LOOKED_AT = 1_000  # characters of a sentence; longer ones are no questions
_SHORT = 2  # words


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A sentence that asks something, and the rule that told so."""

    text: str
    rule: str


def find_questions(text: str, language: DigestLanguage, ours: Collection[str] = ()) -> Iterator[Question]:
    """Yield what the reader asks in `text`, in order.

    `ours` are sentences of the letter answered, as `plain_words` gives them: who repeats one asks nothing.
    Nor does who answers themselves in the next sentence.
    """
    for block in text_blocks(text, language):
        sentences = [*split_sentences(block, language), None]
        for sentence, following in pairwise(sentences):
            rule = rule_of(sentence, language) if sentence else None
            if sentence is None or rule is None or plain_words(sentence.text) in ours:
                continue
            if rule == MARKED and following is not None and language.answer.match(following.text):
                continue
            yield Question(text=sentence.text, rule=rule)


def plain_words(sentence: str) -> str:
    """Return the words of `sentence` in small letters, to compare it with another."""
    return " ".join(re.findall(r"\w+", sentence.lower()))


def rule_of(sentence: Sentence, language: DigestLanguage) -> str | None:
    """Return the name of the rule by which `sentence` asks the author something; None when it does not."""
    if len(sentence.text) > _LOOKED_AT:
        return None
    said = sentence.covered.translate(_APOSTROPHES)
    if any(pattern.search(said) for pattern in language.never.values()):
        return None
    for name, pattern in language.indirect.items():
        if pattern.search(said):
            return name
    return MARKED if _ASKS.search(said) and not _is_echo(said, language) else None


def _is_echo(said: str, language: DigestLanguage) -> bool:
    """Say whether a question of a word or two only takes up what was said: "Why?", "Seven groups?"."""
    words = re.findall(r"\w+", said.lower())
    return len(words) < _SHORT or (len(words) == _SHORT and words[0] not in language.short_openers)
