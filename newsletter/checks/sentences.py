"""Sentences of a text, told by full stops, capitals and the abbreviations of a language."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

__all__ = ["split_sentences"]

_STOP = re.compile(r"[.!?…]+[\"'”’)*_]*\s+(?=[\"'“‘„(*_]*[A-ZÀ-ÞĲ0-9])")


def split_sentences(text: str, abbreviations: Container[str]) -> Iterator[tuple[int, str]]:
    """Yield offset and text of each sentence: to a full stop before a capital, and to the end."""
    start = 0
    for match in _STOP.finditer(text):
        word = re.search(r"[\w.]*\Z", text[max(0, match.start() - 20) : match.start()])
        last = (word[0] if word else "").lower()
        is_short = last in abbreviations or (match[0].startswith(".") and len(last) == 1)
        if not is_short:
            yield start, text[start : match.start() + 1]
            start = match.end()
    if text[start:].strip():
        yield start, text[start:]
