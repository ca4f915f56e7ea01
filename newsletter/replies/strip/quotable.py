"""What of a reply may be quoted: without greeting, sign-off, name and contact details."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.replies.strip.lines import LONGEST_LINE
from newsletter.replies.strip.phrases import is_greeting, is_postscript, is_signoff, is_thanks
from newsletter.replies.words import MailWords

__all__ = ["quotable"]

_MOST_CLOSING = 14
_MOST_WORDS = 12
_MOST_ENDING_WORDS = 6
_FEW_WORDS = 2
_CONTACT = re.compile(
    r"@\w|https?://|www\.|\d[\d ()./-]{7,100}\d|\b\d{4} ?[A-Z]{2}\b"
    r"|\s\|\s[^|]{1,100}\s\|\s|^(?:t|tel|m|mob|e|f|i|w)[.:] ?\S|\bpostbus\b|\bp\.?o\.? box\b",
    re.IGNORECASE,
)


def quotable(stretches: Sequence[Sequence[str]], words: MailWords, names: Sequence[str]) -> str:
    """Return the quotable text of a reply, given as the lines of each stretch of it.

    `names` are names of the sender, as their mail gives them.
    """
    kept = []
    for number, lines in enumerate(stretches):
        rest = _without_greeting(list(lines), words) if number == 0 else list(lines)
        rest = _without_closing(rest, words, names)
        text = "\n".join(rest).strip("\n")
        if text.strip():
            kept.append(text)
    return "\n\n".join(kept)


def _without_greeting(lines: list[str], words: MailWords) -> list[str]:
    for at, line in enumerate(lines):
        if line.strip():
            return lines[at + 1 :] if is_greeting(line.strip(), words) else lines[at:]
    return []


def _without_closing(lines: list[str], words: MailWords, names: Sequence[str]) -> list[str]:
    """Return `lines` without sign-off, name and contact details; a postscript stays."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    postscript = next((at for at in filled if is_postscript(lines[at].strip(), words)), None)
    if postscript is not None and any(at < postscript for at in filled):
        body = _without_closing(lines[:postscript], words, names)
        return (
            [*_trimmed(body), "", *_without_closing(lines[postscript:], words, names)] if postscript else body
        )
    for number in range(max(0, len(filled) - _MOST_CLOSING), len(filled)):
        at = filled[number]
        after = [lines[one].strip() for one in filled[number + 1 :]]
        if not all(_closes(text) for text in after):
            continue
        text = lines[at].strip()
        if is_signoff(text, words) or (number and _ends_and_signs(text, after, words, names)):
            return lines[:at]
        if number and after and _signs(text, after, names):
            return lines[:at]
    return _without_name(lines, filled, names)


def _ends_and_signs(text: str, after: Sequence[str], words: MailWords, names: Sequence[str]) -> bool:
    """Tell whether a line thanks, or is a few words and a comma, and nothing but a name comes after it.

    Whoever thanks may have a block with how to reach them below their name.
    """
    if not after or not _is_name(after[0], names, is_sure=True):
        return False
    if len(after) > 1:
        return is_thanks(text, words) and any(_has_contact(one) for one in after)
    return is_thanks(text, words) or (text.endswith(",") and len(text.split()) <= _MOST_ENDING_WORDS)


def _signs(text: str, after: Sequence[str], names: Sequence[str]) -> bool:
    """Tell whether a line is the sender's name, and below it comes no sentence."""
    tokens = [token.strip(" *_-–—,.").lower() for token in text.split()]
    if not all(token in names for token in tokens) or text[-1:] in "?!:":
        return False
    return not any(one[-1:] in ".?!" and len(one.split()) > _FEW_WORDS for one in after)


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _closes(text: str) -> bool:
    """Tell whether a line may stand under a sign-off."""
    return len(text.split()) <= _MOST_WORDS or _has_contact(text)


def _has_contact(text: str) -> bool:
    return _CONTACT.search(text[:LONGEST_LINE]) is not None


def _without_name(lines: list[str], filled: Sequence[int], names: Sequence[str]) -> list[str]:
    """Return `lines` without a name and contact details that end them without a sign-off."""
    at = len(filled)
    while at and _has_contact(lines[filled[at - 1]].strip()) and len(lines[filled[at - 1]].split()) <= 8:
        at -= 1
    has_contact = at < len(filled)
    if has_contact:
        while at > 1 and _is_title(lines[filled[at - 1]].strip()) and len(filled) - at < _MOST_CLOSING:
            at -= 1
    elif at > 1:
        text = lines[filled[at - 1]].strip()
        is_apart = not lines[filled[at - 1] - 1].strip()
        if _is_name(text, names, is_sure=is_apart or text[:1] in "-–—"):
            at -= 1
    if at == 0:
        return [] if has_contact else lines
    return lines if at == len(filled) else lines[: filled[at]]


def _is_title(text: str) -> bool:
    """Tell whether a line is a name, a post or an organisation: short, and no sentence."""
    return len(text.split()) <= 6 and text[-1:] not in ".?!:," and not text[:1].isdigit()


def _is_name(text: str, names: Sequence[str], *, is_sure: bool) -> bool:
    """Tell whether a line is nothing but a name: one of the sender's, or of capitals and standing apart."""
    bare = text.strip(" *_-–—,.")
    tokens = bare.split()
    if not tokens or len(tokens) > 4 or text[-1:] in "?!:":
        return False
    if any(token.strip(",.").lower() in names for token in tokens):
        return True
    initials = "".join(name[0] for name in names)
    if initials and bare.replace(".", "").lower() in (initials, initials[0]):
        return True
    if not is_sure or text[-1:] == "." or any(character.isdigit() for character in bare):
        return False
    return len(tokens) <= 3 and all(token[:1].isupper() for token in tokens) and _is_signed(text, tokens)


def _is_signed(text: str, tokens: Sequence[str]) -> bool:
    return text[:1] in "-–—" or len(tokens) <= 2
