"""The line a device or a program adds under a mail: "Verstuurd vanaf mijn iPhone", "Get Outlook for iOS"."""

from __future__ import annotations

import re

from newsletter.replies.strip.lines import Line
from newsletter.replies.words import MailWords

__all__ = ["glued_footer", "is_footer"]

_MOST_WORDS = 8
_LONGEST = 160
_LONGEST_GLUED = 400
_SHORTEST_GLUED = 11  # letters of what a device says: shorter ones may end a sentence
_EDGE = " \t*_[](){}<>|.·•-–—"
_PAUSES = " ,.;:-–—("
_PAUSE = re.compile(r"[,.;(:]? [-–—]? ?|[,.;]")
_TRIMMED = ".,!\"'™®:"


def glued_footer(line: Line, words: MailWords) -> int | None:
    """Return where in `line.raw` the words of a device begin right behind other text; None if none do."""
    raw = line.raw
    if len(raw) > _LONGEST_GLUED:
        return None
    for phrase in words.sent_from:
        at = raw.find(phrase[:1].upper() + phrase[1:]) if len(phrase) >= _SHORTEST_GLUED else -1
        if at > 0 and (raw[at - 1].islower() or raw[at - 1] in ".!?)") and is_footer(raw[at:], words):
            return at
    return None


def is_footer(text: str, words: MailWords) -> bool:
    """Tell whether a line is nothing but what a device or a program says of itself."""
    if len(text) > _LONGEST:
        return False
    bare = _without_excuse(text.strip(_EDGE), words)
    lower = bare.lower()
    if lower.startswith(words.sent_from):
        prefix = next(one for one in words.sent_from if lower.startswith(one))
        rest = bare[len(prefix) :]
        is_mine = prefix.endswith(words.mine)
        if not rest[:1].isalpha() and _names_device(_without_link(rest.lstrip(" [")), words, is_mine=is_mine):
            return True
        if not rest[:1].isalpha() and _is_linked_name(rest):
            return True
    return _is_made_of(_without_link(bare), words)


def _without_excuse(text: str, words: MailWords) -> str:
    """Return a text without the excuse for short words and slips that ends it."""
    lower = text.lower()
    slip = max((lower.rfind(one) for one in words.slips), default=-1)
    for at in (one.start() for one in _PAUSE.finditer(text, 0, max(slip, 0))):
        if lower[at:].lstrip(_PAUSES).startswith(words.excusing):
            return text[:at]
    return text


def _without_link(text: str) -> str:
    for mark in ("<", "(", "[", "]", ". ", "http"):
        text = text.partition(mark)[0]
    return text.strip(" .!:<>\"'")


def _is_linked_name(text: str) -> bool:
    """Tell whether a text is a name with a link to it."""
    name, _, link = text.partition("http")
    tokens = name.strip(" <([").split()
    return bool(link) and 0 < len(tokens) <= 3 and all(token[:1].isupper() for token in tokens)


def _is_made_of(text: str, words: MailWords) -> bool:
    """Tell whether a text holds nothing but a device, words of sending or fetching, and what links them.

    What is to be fetched has a name and is for a device that has one: "Get Outlook for iOS".
    """
    tokens = [token.strip(_TRIMMED) for token in text.split()]
    tokens = [token for token in tokens if token]
    if not 1 < len(tokens) <= _MOST_WORDS:
        return False
    kinds = [_kind(token, words) for token in tokens]
    if None in kinds or "device" not in kinds:
        return False
    is_fetched = (
        "fetching" in kinds and sum(token[:1].isupper() for token in tokens[1:]) + (kinds[0] == "device") >= 2
    )
    return kinds[0] == "sending" or is_fetched


def _kind(token: str, words: MailWords) -> str | None:
    lower = token.lower()
    if lower in words.sending:
        return "sending"
    if lower in words.fetching:
        return "fetching"
    if not words.devices.isdisjoint((lower, *lower.split("-"))):
        return "device"
    if lower in words.linking:
        return "linking"
    return "name" if token[:1].isupper() or token[:1].isdigit() else None


def _names_device(text: str, words: MailWords, *, is_mine: bool) -> bool:
    """Tell whether a text names a device or program, rather than a place, a service or a person.

    Names that nobody knows are a device's only if it `is_mine`: "Sent from my Acme One".
    """
    tokens = [token.strip(".,!\"'™®") for token in text.split()]
    if not tokens or len(tokens) > _MOST_WORDS:
        return False
    is_device = [not words.devices.isdisjoint((token.lower(), *token.lower().split("-"))) for token in tokens]
    if "," in text:
        plain = sum(
            1
            for token, known in zip(tokens, is_device, strict=True)
            if token[:1].islower() and not known and token.lower() not in words.linking
        )
        return any(is_device) and plain == 0
    if any(is_device):
        return True
    return is_mine and len(tokens) > 1 and not any(token[:1].islower() for token in tokens)
