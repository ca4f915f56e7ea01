"""What a reader wrote, in blocks of running text: no quoting, no greeting, no signature, list items apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from operator import or_

from newsletter.replies.digest.language import DigestLanguage

__all__ = ["MOST_READ", "text_blocks"]

MOST_READ = 200_000
"""Characters of one reply that are read; nobody writes so much, and a machine that does is no reader."""

_ITEM = re.compile(r"[-*•–—·]\s+|\(?\d{1,3}[.)]\s+|[a-z][.)]\s+")
_CUTS = re.compile(r"(?:--|__+|—)\s*\Z|[-_=]{5,}\s*\Z")
_MOST_GREETING, _MOST_SIGNOFF = 5, 6  # words
_LONG_LINE = 60  # characters; lines of a signature are shorter
_TWO_SENTENCES = re.compile(r"\w[.!?]\s+\w")


def text_blocks(text: str, language: DigestLanguage) -> Iterator[str]:
    """Yield the paragraphs and list items of `text`, each as one line.

    A greeting above is left out, and everything from a sign-off or a line of dashes on.
    """
    block: list[str] = []
    for line in _written(text, language):
        item = _ITEM.match(line)
        if block and (not line or item):
            yield " ".join(block)
            block = []
        if line:
            block.append(line[item.end() :] if item else line)
    if block:
        yield " ".join(block)


def _written(text: str, language: DigestLanguage) -> Sequence[str]:
    """Return the lines of `text` from below its greeting to above its sign-off, without what is quoted."""
    lines = [" ".join(raw.split()) for raw in text[:MOST_READ].splitlines()]
    lines = [line for line in lines if not line.startswith(">")]
    start = next((index for index, line in enumerate(lines) if line), len(lines))
    if start < len(lines) and _greets(lines[start], language):
        start += 1
    is_text_below = [*accumulate(map(_is_text, reversed(lines)), or_, initial=False)][::-1][1:]
    for index in range(start + 1, len(lines)):
        if _CUTS.match(lines[index]) or _signs_off(
            lines[index], lines[index - 1], language, is_text_below=is_text_below[index]
        ):
            return lines[start:index]
    return lines[start:]


def _greets(line: str, language: DigestLanguage) -> bool:
    return (
        language.greeting.match(line) is not None
        and len(line.split()) <= _MOST_GREETING
        and line[-1] in ",!.:"
    )


def _signs_off(line: str, above: str, language: DigestLanguage, *, is_text_below: bool) -> bool:
    """Say whether `line` ends the letter: "Best," or "Thanks, Sue", but not "best of all is"."""
    match = language.signoff.match(line)
    if match is None or "?" in line or len(line.split()) > _MOST_SIGNOFF:
        return False
    rest = line[match.end() :].strip(" .!…:")
    if not rest or rest.startswith(","):
        return True
    return not is_text_below and (not above or above[-1] in ".!?…") and line[-1] not in ".…"


def _is_text(line: str) -> bool:
    return len(line) > _LONG_LINE or _TWO_SENTENCES.search(line) is not None
