"""What a reader answers who was asked whether their words may be quoted: yes, no, or not clear.

In doubt it is not clear: then nothing changes and the author decides. Dutch, English and German.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

__all__ = ["ConsentWord", "consent_word"]


class ConsentWord(StrEnum):
    """What a mail says about being quoted."""

    YES = "yes"
    YES_ANONYMOUS = "yes-anonymous"
    NO = "no"
    UNCLEAR = "unclear"


_MOST_WORDS = 40  # a yes with a story behind it is for a person to read


_TABLE: Final[dict[str, Any]] = tomllib.loads(
    files("newsletter.replies.lang").joinpath("consent.toml").read_text("utf-8")
)


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(phrases, key=len, reverse=True))})\b")


_QUOTE_STARTS = re.compile(
    r"(?:>|-{4,}|_{8,}|(?:van|from|von)\s*:|(?:op|on|am)\b.*(?:schreef|wrote|schrieb).*)", re.IGNORECASE
)
_NO_OBJECTION = _any(*_TABLE["no_objection"])
_ANONYMOUS = _any(*_TABLE["anonymous"])
_YES = _any(*_TABLE["yes"])
_NO = _any(*_TABLE["no"])
_CONDITION = _any(*_TABLE["condition"])
_FIRST_NO = re.compile(r"(?:nee|neen|nein|nope|no(?=[.,!]|$))\b")
_BUT_NOT = re.compile(r"\b(?:toch |dan |doe )?maar niet\b|\bgraag niet\b")
_GO_ON = re.compile(r"\bdoe maar\b")
_ASKS = re.compile(r"\b(?:mag|may|can|kan|darf) (?:ik|i|ich)\b")
_GREETING = re.compile(
    r"\s*(?:beste|hoi|hi|hallo|hello|hey|dag|dear|liebe|lieber|goede\w+)\b[^,!.\n]{0,40}(?:[,!]|$)",
    re.IGNORECASE,
)
_NAMES = r"(?:[A-Z\u00c0-\u00de][\w.'-]*|de|van|der|den|ten|ter|von)"
_NAME = re.compile(rf"\s*{_NAMES}(?: {_NAMES}){{0,3}}\s*")
_GOODBYE = re.compile(
    r"\s*(?i:(?:(?:met|mit|with|kind|best|warm|vriendelijke|hartelijke|freundlichen?|lieve|veel) )*"
    r"(?:groet(?:en|jes)?|regards|wishes|grüße\w*|gruß|liefs|cheers|best|gr|mvg)\b)[ ]*[,.!]?"
    rf"(?: {_NAMES}){{0,4}}\s*"
)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")
_ANSWER = frozenset(_TABLE["answer"].split())
"""Words of which a plain yes is made; with any other beside them a person has to read it."""

_REFUSAL = _ANSWER.union(_TABLE["refusal"].split())
_RATHER = _any(*_TABLE["rather"])
_BUT = _any(*_TABLE["but"])


def consent_word(text: str) -> ConsentWord:
    """Return what `text`, the words of a mail above what it quotes, says about being quoted."""
    words = _own(text)
    if not words or len(words.split()) > _MOST_WORDS or "?" in words or _ASKS.search(words):
        return ConsentWord.UNCLEAR
    is_anonymous = bool(_ANONYMOUS.search(words))
    rest = _BUT_NOT.sub(" niet ", _ANONYMOUS.sub(" ", words))
    rest = _GO_ON.sub(" ja ", rest)
    agrees = bool(_NO_OBJECTION.search(rest))
    rest = _NO_OBJECTION.sub(" ", rest)
    yes, no = agrees or bool(_YES.search(rest)), bool(_NO.search(rest))
    if no:
        is_plain = bool(_FIRST_NO.match(words)) or _is_made_of(rest, _REFUSAL)
        return ConsentWord.NO if is_plain and not yes and not is_anonymous else ConsentWord.UNCLEAR
    if is_anonymous:  # "ja, maar liever zonder naam": the condition is the name
        rest = _RATHER.sub(" ", _BUT.sub(" ", rest))
    if _CONDITION.search(rest) or not _is_made_of(rest, _ANSWER):
        return ConsentWord.UNCLEAR
    if is_anonymous:
        return ConsentWord.YES_ANONYMOUS
    return ConsentWord.YES if yes else ConsentWord.UNCLEAR


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    return all(word in words for word in _WORD.findall(text))


def _own(text: str) -> str:
    """Return the words above what is quoted, folded, on one line, without greeting and name."""
    own = []
    for line in text.replace("\r\n", "\n").split("\n")[:200]:
        if _QUOTE_STARTS.match(line[:300].strip()):
            break
        if line.strip():
            own.append(line[:1_000].strip())
    for _ in range(2):  # a greeting and a name below it
        if own and _is_ending(own[-1], is_only=len(own) == 1):
            own.pop()
    if own and (greeting := _GREETING.match(own[0])):
        own[0] = own[0][greeting.end() :]
    return _fold(" ".join(own))


def _is_ending(line: str, *, is_only: bool) -> bool:
    """Say whether a line takes leave, or is a name, and answers nothing."""
    if not (_GOODBYE.fullmatch(line) or (_NAME.fullmatch(line) and not is_only)):
        return False
    folded = _fold(line)
    answers = (_ANONYMOUS, _YES, _NO, _CONDITION)
    return not any(pattern.search(folded) for pattern in answers)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("é", "e")
    return " ".join(folded.split())
