"""Cover what a sentence only mentions, words of others and addresses, with every character in its place."""

from __future__ import annotations

import re

__all__ = ["ADDRESS", "COVER", "QUOTED_STOP", "cover"]

COVER = "\N{MIDDLE DOT}"
"""Stands for a character of words that are quoted or asked in passing."""

ADDRESS = "\N{HYPHENATION POINT}"
"""Stands for a character of an address, on the web or of mail."""

QUOTED_STOP = "\N{ONE DOT LEADER}"
"""Stands for the last full stop, question or exclamation mark between quotation marks."""

_LONGEST = 400
_ADDRESSES = re.compile(
    r"(?:https?://|www\.)\S{1,2000}|\S{1,64}@[\w.-]{1,255}|\b[\w-]{1,63}\.(?:nl|com|org|net|example|eu|be"
    r"|uk)/\S{0,2000}"
)
_QUOTED = re.compile(
    rf'"[^"]{{1,{_LONGEST}}}"|“[^“”]{{1,{_LONGEST}}}”|„[^„”“]{{1,{_LONGEST}}}[”“]|«[^«»]{{1,{_LONGEST}}}»'
    rf"|‘(?:[^‘’]|(?<=\w)’(?=\w)){{1,{_LONGEST}}}’(?!\w)"
    rf"|(?<!\w)'(?=[^\s'])(?:[^']|(?<=\w)'(?=\w)){{1,{_LONGEST}}}'(?!\w)"
)
_ASIDE = re.compile(r"(?<=[^.!?… ] )\([^()]{1,300}\)")
_STOPS = ".!?…"


def cover(text: str) -> str:
    """Return `text`, as long as it was, with quoted words, addresses and questions in brackets covered."""
    text = _ADDRESSES.sub(_cover_address, text)
    text = _QUOTED.sub(_cover_quoted, text)
    return _ASIDE.sub(lambda match: re.sub(r"[?!]", COVER, match[0]), text)


def _cover_address(match: re.Match[str]) -> str:
    bare = match[0].rstrip(".!?…,;:)'\"”’")
    return ADDRESS * len(bare) + match[0][len(bare) :]


def _cover_quoted(match: re.Match[str]) -> str:
    words = match[0][1:-1]
    if words[-1:] in _STOPS:
        return f"{match[0][0]}{COVER * (len(words) - 1)}{QUOTED_STOP}{match[0][-1]}"
    return f"{match[0][0]}{COVER * len(words)}{match[0][-1]}"
