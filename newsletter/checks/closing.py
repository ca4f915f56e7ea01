"""The end of a letter: where it takes leave, and who signs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import Passage, passages

__all__ = ["closing_passage", "has_signature", "is_name", "signers"]

_REACH = 6
"""Blocks from the end in which a letter takes leave; a postscript and notes may follow."""


def closing_passage(context: CheckContext) -> Passage | None:
    """Return the block in which the letter takes leave, None when it does not (DOCUMENT and LANGUAGE)."""
    body = [p for p in passages(context) if p.kind in ("paragraph", "heading")]
    pattern = _leave(context)
    for passage in reversed(body[-_REACH:]):
        if len(passage.text.split()) <= _SHORT and pattern.search(passage.text):
            return passage
    return None


def has_signature(context: CheckContext) -> bool:
    """Say whether the letter has a `::: signature` (Need.DOCUMENT)."""
    return any(t.type == "directive_open" and t.info == "signature" for t in context.document.tokens)


def signers(context: CheckContext, closing: Passage) -> Sequence[str]:
    """Return what looks like a name below the leave-taking of `closing`: a few words with a capital.

    They stand behind a comma or on the next line, else in the next block (DOCUMENT and LANGUAGE).
    """
    leave = _leave(context).search(closing.text)
    said = closing.text[leave.end() :] if leave else ""
    found = _names(re.split(r"[\n,]", said)[1:])
    if found:
        return found
    every = list(passages(context))
    below = every[every.index(closing) + 1 :][:1]
    return [name for one in below if one.kind == "paragraph" for name in _names(one.text.split("\n"))]


def is_name(passage: Passage) -> bool:
    """Say whether `passage` is no more than a name: a few words, and no sentence."""
    text = passage.text.strip(" \n*_\\")
    is_sentence = text.endswith((".", "!", "?", ":", "…", ")"))
    return passage.kind == "paragraph" and not is_sentence and len(text.split()) <= _MOST_NAMES


def _names(lines: Sequence[str]) -> Sequence[str]:
    plain = [line.strip(" *_\\") for line in lines]
    return [name for name in plain if name[:1].isupper() and len(name.split()) <= _MOST_NAMES]


def _leave(context: CheckContext) -> re.Pattern[str]:
    words = "|".join(map(re.escape, context.language.signoff))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


_MOST_NAMES = 4
_SHORT = 25
"""Most words of such a block, name and function included; more is a paragraph that says thanks."""
