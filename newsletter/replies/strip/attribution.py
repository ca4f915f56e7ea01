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

__all__ = ["Attribution", "attribution_at", "end_of_attribution", "glued_attribution", "may_attribute"]

_MOST_JOINED = 5
_LONGEST = 400
_MOST_NAME_WORDS = 12
_DIGIT = re.compile(r"\d")
_NUMERIC = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}-[^\W\d]{3,9}\.?-\d{2,4}\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DAY = re.compile(r"\b\d{1,2}(?:st|nd|rd|th|er|\.)?\b")
_TIME = re.compile(r"\b\d{1,2} ?[:.h] ?\d{2}\b")
_PARTICLES = {
    "de",
    "van",
    "der",
    "den",
    "von",
    "het",
    "ten",
    "ter",
    "le",
    "la",
    "du",
    "del",
    "via",
    "at",
    "from",
    "of",
}
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
    """Return the attribution that begins at line `start`, or None; it may be wrapped over a few lines.

    A line of the writer's own right above one is no part of it: where it begins later, it begins there.
    """
    found = _found_at(lines, start, words)
    if found is None or found.count == 1:
        return found
    is_dated = _begins_dated(lines[start].body.strip(_TRIMMED).lower(), words)
    for later in range(start + 1, start + found.count):
        lower = lines[later].body.strip(_TRIMMED).lower()
        if (not is_dated or _opens(lower, words)) and _found_at(lines, later, words) is not None:
            return None
    return found


def _opens(lower: str, words: MailWords) -> bool:
    return lower.startswith(tuple(f"{one} " for one in words.openings)) and _begins_dated(lower, words)


def _found_at(lines: Sequence[Line], start: int, words: MailWords) -> Attribution | None:
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
        if _may_end(text, words) and _is_attribution(text, words, is_quoted=_is_quoted(lines, start + count)):
            return Attribution(count, "@" in text)
        if _ends_sentence(line.body, words):
            break
    return None


def _ends_sentence(text: str, words: MailWords) -> bool:
    """Tell whether a line ends with a sentence, and not with a short word of a date or a name."""
    if text[-1] not in ".!?":
        return False
    last = text.rsplit(maxsplit=1)[-1].rstrip(".").lower()
    return len(last) > 1 and last not in words.date_words and not last.isdigit()


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


def end_of_attribution(line: Line, words: MailWords) -> int | None:
    """Return where in `line.raw` an attribution ends with the quote on the same line; None if none does."""
    at = line.raw.find(">:", 0, _LONGEST) + len(">:")
    if at < len(">:") or not line.raw[at : at + _LONGEST].strip() or not _may_begin(line.body, words):
        return None
    return at if _is_attribution(line.raw[:at].strip(), words, is_quoted=True) else None


def may_attribute(text: str, words: MailWords) -> bool:
    """Tell whether a line right above what somebody else wrote says whose it is, whatever it ends with."""
    if len(text) > _LONGEST or not _may_begin(text, words):
        return False
    clues = _clues(text, words)
    is_said = clues.verb is not None or clues.has_address
    return clues.begins_dated and clues.has_full_date and is_said and _names_somebody(clues, words)


def _without_dashes(raw: str, at: int) -> int:
    while at and raw[at - 1] in "-–— ":
        at -= 1
    return at


def _may_begin(text: str, words: MailWords) -> bool:
    """Tell cheaply whether an attribution may begin with this line."""
    if "@" in text or _DIGIT.search(text) is not None:
        return True
    lower = text.strip(_TRIMMED).lower()
    return lower.startswith((*words.openings, *words.citing)) or lower.endswith(words.verbs)


def _may_end(text: str, words: MailWords) -> bool:
    """Tell cheaply whether an attribution may end with this text."""
    bare = text.rstrip(_TRIMMED.replace(">", ""))
    return bare.endswith((":", "：", ">")) or bare.lower().endswith(words.verbs)


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


@dataclass(frozen=True, slots=True)
class _Clues:
    """What a text is made of; `tokens` are its words without punctuation, in their own letter case."""

    lower: str
    tokens: Sequence[str]
    verb: str | None
    has_address: bool
    has_date: bool
    has_full_date: bool
    has_time: bool
    begins_dated: bool
    ends_with_verb: bool
    ends_with_address: bool
    ends_plainly: bool


def _clues(text: str, words: MailWords) -> _Clues:
    inner = text.lstrip(_TRIMMED).rstrip(_TRIMMED.replace(">", ""))
    bare = inner.rstrip(":： ")
    lower = bare.lower()
    tokens = [token.strip(_PUNCTUATION) for token in bare.split()]
    is_full = _NUMERIC.search(lower) is not None or _YEAR.search(lower) is not None
    is_named = any(token.lower() in words.dated for token in tokens)
    verb = next((one for one in words.verbs if _holds(lower, one)), None)
    return _Clues(
        lower=lower,
        tokens=tokens,
        verb=verb,
        has_address="@" in lower,
        has_date=is_full or is_named,
        has_full_date=is_full and _DAY.search(lower) is not None,
        has_time=_TIME.search(lower) is not None,
        begins_dated=_begins_dated(lower, words),
        ends_with_verb=verb is not None and lower.endswith(words.verbs),
        ends_with_address="@" in tokens[-1] if tokens else False,
        ends_plainly=inner.endswith((":", "：")),
    )


def _is_attribution(text: str, words: MailWords, *, is_quoted: bool) -> bool:
    """Tell whether a text is an attribution; before quoted lines less proof is asked."""
    clues = _clues(text, words)
    if not (clues.ends_plainly or clues.ends_with_verb or (is_quoted and clues.lower.endswith(">"))):
        return False
    if _other_words(clues, words) > _MOST_NAME_WORDS:
        return False
    if is_quoted and _says_who(clues, words):
        return True
    if clues.begins_dated and clues.has_address and clues.ends_with_verb:
        return True
    if not clues.has_date or not (clues.has_full_date or (clues.has_address and clues.has_time)):
        return False
    if is_quoted and clues.has_address and clues.has_full_date and clues.has_time and clues.ends_plainly:
        return True
    is_ended = clues.ends_with_verb or clues.ends_with_address
    if clues.begins_dated and clues.has_address and is_ended:
        return True
    if clues.begins_dated and not clues.has_address and clues.verb is not None and clues.has_time:
        return is_quoted or _names_somebody(clues, words)
    if clues.has_address and clues.has_time and is_ended:
        return clues.verb is None or clues.ends_with_verb
    return clues.verb is not None and clues.has_time and _ends_dated(clues, words)


def _says_who(clues: _Clues, words: MailWords) -> bool:
    """Tell whether a text above quoted lines says whose they are, with half a date or none."""
    if clues.lower.startswith(words.citing) and clues.ends_with_address:
        return True
    if not clues.ends_with_verb or len(clues.tokens) > _MOST_NAME_WORDS:
        return False
    return clues.has_address or (clues.begins_dated and clues.has_date)


def _names_somebody(clues: _Clues, words: MailWords) -> bool:
    """Tell whether all words that are no date are written as in a name, not as in a sentence."""
    others = [token for token in clues.tokens if _is_other(token, clues, words)]
    return all(not token[:1].islower() or token in _PARTICLES for token in others)


def _holds(text: str, phrase: str) -> bool:
    at = text.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        if (at == 0 or not text[at - 1].isalpha()) and (end == len(text) or not text[end].isalpha()):
            return True
        at = text.find(phrase, at + 1)
    return False


def _is_other(token: str, clues: _Clues, words: MailWords) -> bool:
    """Tell whether a word is no part of a date, of an address or of saying that somebody wrote."""
    lower = token.lower()
    if not token or "@" in token or lower in words.date_words or _NUMBER.fullmatch(lower):
        return False
    return clues.verb is None or lower not in clues.verb.split()


def _other_words(clues: _Clues, words: MailWords) -> int:
    return sum(1 for token in clues.tokens if _is_other(token, clues, words))


def _begins_dated(lower: str, words: MailWords) -> bool:
    opening = next((one for one in words.openings if lower.startswith(f"{one} ")), "")
    rest = lower[len(opening) :].split(maxsplit=2)
    tokens = [token.strip(_PUNCTUATION) for token in rest[:2]]
    first = next((token for token in tokens if token), "")
    return first in words.dated or first[:1].isdigit()


def _ends_dated(clues: _Clues, words: MailWords) -> bool:
    """Tell whether after the verb comes a date and nothing else: "X schreef op 2026-11-24 09:31"."""
    verb = clues.verb or ""
    after = clues.lower[clues.lower.rfind(verb) + len(verb) :].split()
    tokens = [token.strip(_PUNCTUATION) for token in after]
    return bool(after) and all(
        not token or token in words.date_words or _NUMBER.fullmatch(token) for token in tokens
    )
