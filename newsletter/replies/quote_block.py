"""A reader's words as the block that quotes them in an issue: nothing in them can become markup."""

from __future__ import annotations

import re

from newsletter.domain.quote import QUOTE_ID

__all__ = ["quote_block"]

_MEANS_SOMETHING = re.compile(r"[\\`*\[\]<>{}|~^$]|(?<=<)!|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w{1,40};)")
_BEGINS_SOMETHING = re.compile(r"[#>+=:-]|[0-9]{1,9}(?=[.)])")
_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef]"
)


def quote_block(name: str, words: str) -> str:
    """Return `::: reader NAME` around `words`, each of their lines on a line of its own, paragraphs kept.

    `name` is that of the reply (`QUOTE_ID`). Raises ValueError for another, and when there are no words.
    """
    if not QUOTE_ID.fullmatch(name):
        raise ValueError(name)
    text = words.replace("\r\n", "\n").replace("\r", "\n")
    lines = [_line(_CONTROL.sub("", line).strip()) for line in text.split("\n")]
    kept = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    if not kept:
        raise ValueError("no words")
    return f"::: reader {name}\n{kept}\n:::"


def _line(text: str) -> str:
    """Return one line of text as Markdown that says the same."""
    began = _BEGINS_SOMETHING.match(text)
    marked = _MEANS_SOMETHING.sub(r"\\\g<0>", text)
    if began is None or marked.startswith("\\"):
        return marked
    at = began.end() if text[0].isdigit() else 0
    return f"{marked[:at]}\\{marked[at:]}"
