"""Where a mail's signature begins: who signs with opening hours and holidays is not away for it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from newsletter.replies.words import mail_words

__all__ = ["above_signature"]

_RULE = re.compile(r"\s{0,9}(?:--\s{0,3}|[-_=*~]{5,200}\s{0,9})")
_LETTERS = re.compile(r"[^\W\d_]{1,40}")
_FEW: Final = 8  # words of a line that is but a name
_TITLES: Final = frozenset(("van", "den", "der", "von", "drs", "ing", "mrs", "ten", "ter"))
_SHORT: Final = 2  # letters of initials and of words in a name


def above_signature(lines: Sequence[str], name: str) -> Sequence[str]:
    """Return the lines of a mail above its signature, of which at least one says something.

    It begins with a farewell, a line of dashes, what a device adds, or the sender's `name` on a line of its
    own.
    """
    names = frozenset(word for word in _LETTERS.findall(name[:200].lower()) if len(word) > _SHORT)
    has_said = False
    for at, line in enumerate(lines):
        text = line.strip()
        if has_said and text and _signs(text[:200], names):
            return lines[:at]
        has_said = has_said or bool(text)
    return lines


def _signs(text: str, names: frozenset[str]) -> bool:
    words = mail_words()
    bare = text.lower().strip(" ,.!-–—*_")
    if _RULE.fullmatch(text) or bare in _farewells() or bare.startswith(words.sent_from):
        return True
    said = _LETTERS.findall(bare)
    if len(said) > _FEW or names.isdisjoint(said):
        return False
    return all(word in names or word in _TITLES or len(word) <= _SHORT for word in said)


@cache
def _farewells() -> frozenset[str]:
    words = mail_words()
    return frozenset((*words.signoffs, *words.thanks))
