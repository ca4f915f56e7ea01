"""What a reader answers who was asked whether their words may be quoted: yes, no, or not clear.

In doubt it is not clear: then nothing changes and the author decides. Dutch, English and German.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

__all__ = ["ConsentWord", "consent_word"]


class ConsentWord(StrEnum):
    """What a mail says about being quoted."""

    YES = "yes"
    YES_ANONYMOUS = "yes-anonymous"
    NO = "no"
    UNCLEAR = "unclear"


_MOST_WORDS = 40  # a yes with a story behind it is for a person to read


_QUOTE_STARTS = re.compile(
    r"(?:>|-{4,}|_{8,}|(?:van|from|von)\s*:|(?:op|on|am)\b.*(?:schreef|wrote|schrieb).*)", re.IGNORECASE
)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of answers. Of `answer` a plain yes is made, of `refusal` a plain no; with any other beside
    them a person has to read it.
    """

    no_objection: re.Pattern[str]
    anonymous: re.Pattern[str]
    yes: re.Pattern[str]
    no: re.Pattern[str]
    condition: re.Pattern[str]
    rather: re.Pattern[str]
    but: re.Pattern[str]
    answer: frozenset[str]
    refusal: frozenset[str]


def consent_word(text: str) -> ConsentWord:
    """Return what `text`, the words of a mail above what it quotes, says about being quoted."""
    known = _known()
    words = _own(text, known)
    if not words or len(words.split()) > _MOST_WORDS or "?" in words or _ASKS.search(words):
        return ConsentWord.UNCLEAR
    is_anonymous = bool(known.anonymous.search(words))
    rest = _BUT_NOT.sub(" niet ", known.anonymous.sub(" ", words))
    rest = _GO_ON.sub(" ja ", rest)
    agrees = bool(known.no_objection.search(rest))
    rest = known.no_objection.sub(" ", rest)
    yes, no = agrees or bool(known.yes.search(rest)), bool(known.no.search(rest))
    if no:
        is_plain = bool(_FIRST_NO.match(words)) or _is_made_of(rest, known.refusal)
        return ConsentWord.NO if is_plain and not yes and not is_anonymous else ConsentWord.UNCLEAR
    if is_anonymous:  # "ja, maar liever zonder naam": the condition is the name
        rest = known.rather.sub(" ", known.but.sub(" ", rest))
    if known.condition.search(rest) or not _is_made_of(rest, known.answer):
        return ConsentWord.UNCLEAR
    if is_anonymous:
        return ConsentWord.YES_ANONYMOUS
    return ConsentWord.YES if yes else ConsentWord.UNCLEAR


def _is_made_of(text: str, words: frozenset[str]) -> bool:
    return all(word in words for word in _WORD.findall(text))


def _own(text: str, known: _Words) -> str:
    """Return the words above what is quoted, folded, on one line, without greeting and name."""
    own = []
    for line in text.replace("\r\n", "\n").split("\n")[:200]:
        if _QUOTE_STARTS.match(line[:300].strip()):
            break
        if line.strip():
            own.append(line[:1_000].strip())
    for _ in range(2):  # a greeting and a name below it
        if own and _is_ending(own[-1], known, is_only=len(own) == 1):
            own.pop()
    if own and (greeting := _GREETING.match(own[0])):
        own[0] = own[0][greeting.end() :]
    return _fold(" ".join(own))


def _is_ending(line: str, known: _Words, *, is_only: bool) -> bool:
    """Say whether a line takes leave, or is a name, and answers nothing."""
    if not (_GOODBYE.fullmatch(line) or (_NAME.fullmatch(line) and not is_only)):
        return False
    folded = _fold(line)
    answers = (known.anonymous, known.yes, known.no, known.condition)
    return not any(pattern.search(folded) for pattern in answers)


def _fold(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold().replace("’", "'").replace("é", "e")
    return " ".join(folded.split())


@cache
def _known() -> _Words:
    """Return the words of `lang/consent.toml`, read when the first answer is."""
    table = tomllib.loads(files("newsletter.replies.lang").joinpath("consent.toml").read_text("utf-8"))

    def any_of(name: str) -> re.Pattern[str]:
        phrases = sorted(table[name], key=len, reverse=True)
        return re.compile(rf"\b(?:{'|'.join(phrases)})\b")

    answer = frozenset(table["answer"].split())
    return _Words(
        no_objection=any_of("no_objection"),
        anonymous=any_of("anonymous"),
        yes=any_of("yes"),
        no=any_of("no"),
        condition=any_of("condition"),
        rather=any_of("rather"),
        but=any_of("but"),
        answer=answer,
        refusal=answer.union(table["refusal"].split()),
    )
