"""The end of a letter: where it takes leave."""

from __future__ import annotations

import re

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import Passage, passages

__all__ = ["closing_passage", "has_signature"]

_REACH = 6
"""Blocks from the end in which a letter takes leave; a postscript and notes may follow."""


def closing_passage(context: CheckContext) -> Passage | None:
    """Return the block in which the letter takes leave, None when it does not (DOCUMENT and LANGUAGE)."""
    body = [p for p in passages(context) if p.kind in ("paragraph", "heading")]
    words = "|".join(map(re.escape, context.language.signoff))
    pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    for passage in reversed(body[-_REACH:]):
        if len(passage.text.split()) <= _SHORT and pattern.search(passage.text):
            return passage
    return None


def has_signature(context: CheckContext) -> bool:
    """Say whether the letter has a `::: signature` (Need.DOCUMENT)."""
    return any(t.type == "directive_open" and t.info == "signature" for t in context.document.tokens)


_SHORT = 25
"""Most words of such a block, name and function included; more is a paragraph that says thanks."""
