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
    *("ga je gang", "doe maar", "mag", "mag hoor", "is goed", "vind ik goed", "you may", "fine"),
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
_BUT = _any("maar", "but", "aber", "wel", "graag")


def consent_word(text: str) -> ConsentWord:
    """Return what `text`, the words of a mail above what it quotes, says about being quoted."""
    words = _own(text)
    if not words or len(words.split()) > _MOST_WORDS or "?" in words:
        return ConsentWord.UNCLEAR
    is_anonymous = bool(_ANONYMOUS.search(words))
    rest = _ANONYMOUS.sub(" ", words)
    agrees = bool(_NO_OBJECTION.search(rest))
    rest = _NO_OBJECTION.sub(" ", rest)
    yes, no = agrees or bool(_YES.search(rest)), bool(_NO.search(rest))
    has_condition = bool(_CONDITION.search(rest))
    if is_anonymous:  # "ja, maar zonder naam": the condition is the name
        has_condition = bool(_CONDITION.search(_BUT.sub(" ", rest)))
        return ConsentWord.UNCLEAR if no or has_condition else ConsentWord.YES_ANONYMOUS
    if yes and not no and not has_condition:
        return ConsentWord.YES
    if no and not yes and not has_condition:
        return ConsentWord.NO
    return ConsentWord.UNCLEAR


def _own(text: str) -> str:
    """Return the words above what is quoted, folded, on one line."""
    own = []
    for line in text.replace("\r\n", "\n").split("\n")[:200]:
        if _QUOTE_STARTS.match(line[:300].strip()):
            break
        own.append(line[:1_000])
    folded = unicodedata.normalize("NFKC", " ".join(own)).casefold().replace("’", "'").replace("é", "e")
    return " ".join(folded.split())
