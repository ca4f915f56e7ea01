"""What a reader answers who was asked whether their words may be quoted: yes, no, or not clear.

In doubt it is not clear: then nothing changes and the author decides. Dutch, English and German.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

__all__ = ["ConsentWord", "consent_word"]


class ConsentWord(StrEnum):
    """What a mail says about being quoted."""

    YES = "yes"
    YES_ANONYMOUS = "yes-anonymous"
    NO = "no"
    UNCLEAR = "unclear"


_MOST_WORDS = 40  # a yes with a story behind it is for a person to read


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(phrases, key=len, reverse=True))})\b")


_QUOTE_STARTS = re.compile(
    r"(?:>|-{4,}|_{8,}|(?:van|from|von)\s*:|(?:op|on|am)\b.*(?:schreef|wrote|schrieb).*)", re.IGNORECASE
)
_NO_OBJECTION = _any(
    *("geen bezwaar", "geen enkel bezwaar", "geen probleem", "geen punt", "no problem", "no objections?"),
    *("no worries", "not a problem", "kein problem"),
)
_ANONYMOUS = _any(
    *("anoniem", "anonymous", "anonymously", "anonym", "zonder (?:mijn |m'n )?naam", "without (?:my )?name"),
    *("ohne (?:meinen )?namen", "(?:liever )?(?:niet|geen) (?:met )?(?:mijn |m'n )?naam(?: erbij)?"),
    *("not (?:with )?my name", "zonder naam en (?:gemeente|organisatie|plaats)"),
)
_YES = _any(
    *("ja", "jazeker", "yes", "yep", "yeah", "jawohl", "akkoord", "accoord", "agreed", "prima", "graag"),
    *("gerne", "uiteraard", "natuurlijk", "of course", "sure", "certainly", "ok", "oke", "okay", "go ahead"),
    *("ga je gang", "doe maar", "mag", "mag hoor", "is goed", "vind ik goed", "you may", "feel free"),
    *("(?:that's|that is|it's|it is) fine", "fine (?:by|with) me", "geef (?:je |u )?toestemming"),
)
_NO = _any(
    *("nee", "neen", "no", "nope", "nein", "niet", "geen", "not", "don't", "dont", "nicht", "kein", "keine"),
    *("never", "nooit"),
)
_CONDITION = _any(
    *("maar", "mits", "tenzij", "als", "indien", "eerst", "misschien", "wel even", "nog even", "overleg"),
    *("overleggen", "check", "but", "if", "unless", "provided", "maybe", "perhaps", "first", "as long as"),
    *("aber", "wenn", "falls", "vielleicht"),
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
_ANSWER_WORDS = (
    "aanhalen absoluut absolutely agree agreed ahead akkoord accoord all allemaal als alsjeblieft "
    "alvast am and anonymously asking at aus bedankt best betreft bezwaar by can certainly citeren "
    "course danke dank dankje dankjewel darfst das dat de definitely die dit do doe doen du dürfen een "
    "eens einverstanden en erbij erg ermee fijn fine for free feel ga gang gebruiken geef geen gern "
    "gerne gerust gewoon glad go goed good graag great happy harte hartstikke heb hebt heel helemaal "
    "het hierbij hoor i i'm ich ik in is it it's ja jawohl jazeker je jij jullie klar leuk lijkt m'n "
    "mag me mein meinem met mij mijn mit mogen mooi moeite my naam name namen natuurlijk natürlich no "
    "of ok oke okay ordnung permission please prima probleem problem quote quoten sehr "
    "selbstverständlich sie sounds sure super thank thanks that that's the them thing this to "
    "toestemming top tuurlijk u uiteraard use van vanzelfsprekend very vind volledig voor vragen wat "
    "well with woorden words yeah yep yes you zeker zitieren zo"
)
_ANSWER = frozenset(_ANSWER_WORDS.split())
"""Words of which a plain yes is made; with any other beside them a person has to read it."""

_REFUSAL_WORDS = (
    "don't dont helaas kein keine lieber liever neen nee nein never nicht niet nooit nope not prefer "
    "rather sorry toch wil would"
)
_REFUSAL = _ANSWER.union(_REFUSAL_WORDS.split())
_RATHER = _any("liever", "lieber", "rather")
_BUT = _any("maar", "but", "aber", "wel", "graag")


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
