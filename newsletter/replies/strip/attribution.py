"""Lines that say who wrote what follows, and when: "Op di 24 nov. 2026 om 09:31 schreef Renata <r@x>:".

Found by what they are made of rather than by one pattern for each program: a date, a time or an address, a
verb, and an end, with hardly any other words between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from newsletter.replies.strip.lines import Line
from newsletter.replies.words import MailWords

__all__ = ["Attribution", "attribution_at", "glued_attribution"]

_MOST_JOINED = 5
_LONGEST = 400
_MOST_NAME_WORDS = 12
_NUMERIC = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}-[^\W\d]{3,9}\.?-\d{2,4}\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th|er|\.)?\b")
_TIME = re.compile(r"\b\d{1,2} ?[:.h] ?\d{2}\b")
_TRIMMED = " \t-–—_*=>"
_PUNCTUATION = ".,;:()<>[]\"'“”*"
_GLUED = re.compile(r"(?:On|Op|Am|Le|El|Il) (?=[^\n]{0,30}\d)")
_NUMBER = re.compile(
    r"[\d:.,/+-]+(?:st|nd|rd|th|er|h)?[.,]?|(?:gmt|utc|cet|cest|est|edt|pst|pdt|mez|mesz|ist|bst)[\d:+-]*"
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """`count` lines from the first are one attribution; with an address it is more certain."""

    count: int
    has_address: bool


def attribution_at(lines: Sequence[Line], start: int, words: MailWords) -> Attribution | None:
    """Return the attribution that begins at line `start`, or None; it may be wrapped over a few lines."""
    first = lines[start].body
    if not first or len(first) > _LONGEST or not _may_begin(first, words):
        return None
    text, blanks = "", 0
    for count in range(1, _MOST_JOINED + 1):
        if start + count > len(lines):
            break
        line = lines[start + count - 1]
        if line.is_blank:
            blanks += 1
            if blanks > 1 or not (text.endswith((",", "<")) or _goes_on(lines, start + count)):
                break
            continue
        text = f"{text} {line.body}" if text else line.body
        if len(text) > _LONGEST:
            break
        if _is_attribution(text, words, _is_quoted(lines, start + count)):
            return Attribution(count, "@" in text)
    return None


def glued_attribution(line: Line, following: str, words: MailWords) -> int | None:
    """Return where in `line.raw` an attribution begins right behind other text; None if none does."""
    raw = line.raw
    if len(raw) > _LONGEST or "@" not in raw + following[:_LONGEST]:
        return None
    for match in _GLUED.finditer(raw):
        at = match.start()
        if not at:
            continue
        for text in (raw[at:], f"{raw[at:]} {following[:_LONGEST]}"):
            if (
                "@" in text
                and text.rstrip().endswith(":")
                and _is_attribution(text.strip(), words, is_quoted=True)
            ):
                return _without_dashes(raw, at)
    return None


def _without_dashes(raw: str, at: int) -> int:
    while at and raw[at - 1] in "-–— ":
        at -= 1
    return at


def _may_begin(text: str, words: MailWords) -> bool:
    """Tell cheaply whether an attribution may begin with this line."""
    return any(character.isdigit() for character in text) or text.strip(_TRIMMED).lower().startswith(
        words.openings
    )


def _goes_on(lines: Sequence[Line], index: int) -> bool:
    return index < len(lines) and lines[index].raw.lstrip()[:1] == "<"


def _is_quoted(lines: Sequence[Line], index: int) -> bool:
    """Tell whether the next line that is not blank is a quoted one."""
    for line in lines[index : index + 4]:
        if line.depth or line.mark is not None:
            return True
        if not line.is_blank:
            return False
    return False


def _is_attribution(text: str, words: MailWords, is_quoted: bool) -> bool:  # noqa: FBT001
    inner = text.lstrip(_TRIMMED).rstrip(_TRIMMED.replace(">", ""))
    ends_plainly = inner.endswith(":")
    inner = inner.rstrip(": ")
    lower = inner.lower()
    has_address = "@" in lower
    is_numeric = _NUMERIC.search(lower) is not None
    has_time = _TIME.search(lower) is not None
    tokens = [token.strip(_PUNCTUATION) for token in lower.split()]
    has_month = any(token in words.dated for token in tokens)
    has_year = _YEAR.search(lower) is not None
    if not (is_numeric or has_month or has_year) or _DAY.search(lower) is None:
        return False
    if not (is_numeric or has_year) and not (has_address and has_time):
        return False
    verb = next((one for one in words.verbs if _holds(lower, one)), None)
    ends_with_verb = verb is not None and lower.endswith(tuple(words.verbs))
    if not (ends_plainly or ends_with_verb or (is_quoted and lower.endswith(">"))):
        return False
    if _other_words(tokens, words, verb) > _MOST_NAME_WORDS:
        return False
    begins = _begins_dated(lower, tokens, words)
    if begins:
        return has_address or (verb is not None and has_time)
    if verb is None:
        return has_address and has_time and lower.endswith((">", ")"))
    if has_address and has_time and ends_with_verb:
        return True
    return has_time and _ends_dated(lower, verb, words)


def _holds(text: str, phrase: str) -> bool:
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if (at == 0 or not text[at - 1].isalpha()) and (end == len(text) or not text[end].isalpha()):
            return True
        at = text.find(phrase, at + 1)
    return False


def _other_words(tokens: Sequence[str], words: MailWords, verb: str | None) -> int:
    """Count the words that are no part of a date or of saying that somebody wrote: a name, or a sentence."""
    known = set(verb.split()) if verb else set()
    return sum(
        1
        for token in tokens
        if token
        and token not in known
        and token not in words.date_words
        and "@" not in token
        and not _NUMBER.fullmatch(token)
    )


def _begins_dated(lower: str, tokens: Sequence[str], words: MailWords) -> bool:
    opening = next((one for one in words.openings if lower.startswith((f"{one} ", f"{one}\t"))), None)
    rest = tokens[len(opening.split()) :] if opening else tokens
    if not rest:
        return False
    first = rest[0] or (rest[1] if len(rest) > 1 else "")
    return first in words.dated or first[:1].isdigit() or first.rstrip(".") in words.dated


def _ends_dated(lower: str, verb: str, words: MailWords) -> bool:
    """Tell whether after the verb comes a date and nothing else: "X schreef op 2026-11-24 09:31"."""
    after = lower[lower.rfind(verb) + len(verb) :].split()
    if not after:
        return False
    tokens = [token.strip(_PUNCTUATION) for token in after]
    return all(not token or token in words.date_words or _NUMBER.fullmatch(token) for token in tokens)
