"""Lines of a reply that can stand in a letter by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from newsletter.replies.digest.blocks import text_blocks
from newsletter.replies.digest.language import DigestLanguage
from newsletter.replies.digest.masks import ADDRESS
from newsletter.replies.digest.questions import rule_of
from newsletter.replies.digest.sentences import Sentence, split_sentences

__all__ = ["quotable_lines"]

_SHORTEST, _LONGEST = 40, 220  # characters
_LEAST_WORDS = 7
_ENDS = re.compile(r"[.!…]+[\"'”’»)]*\Z")
_FIRST_WORD = re.compile(r"\w[\w.]*")


def quotable_lines(text: str, language: DigestLanguage) -> Iterator[str]:
    """Yield the sentences of `text` that a stranger understands: whole, of a fitting length, no question.

    Left out are those that hang on the one before ("That is why …"), speak of the mail itself or hold an
    address or number to call.
    """
    for block in text_blocks(text, language):
        for sentence in split_sentences(block, language):
            if _stands_alone(sentence, language) and rule_of(sentence, language) is None:
                yield sentence.text


def _stands_alone(sentence: Sentence, language: DigestLanguage) -> bool:
    text = sentence.text
    if not _SHORTEST <= len(text) <= _LONGEST or not _ENDS.search(text) or "?" in sentence.covered:
        return False
    first = _FIRST_WORD.search(text)
    if first is None or not text.lstrip("\"'“‘„«(")[:1].isupper() or first[0].lower() in language.hanging:
        return False
    return (
        len(text.split()) >= _LEAST_WORDS
        and text.count("(") == text.count(")")
        and ADDRESS not in sentence.covered
        and not re.search(r"\d{6}|\d[\d -]{7,}\d", text)
        and not language.personal.search(text)
    )
