"""Whether sentences say that a letter was not delivered, by families of words per language.

The words are in `undelivered.toml`. They prove nothing alone, for people say so as well: who speaks has to be
weighed with them (`speaker`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from newsletter.domain.bounce_reasons import reason_class
from newsletter.domain.provider_event import BounceClass

__all__ = ["is_turned_away", "is_undelivered", "sentences"]

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_END = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n")
_QUOTED = re.compile(r"[\"“„”«»][^\"“„”«»\n]{1,200}[\"“”»«]")
_FULL = re.compile(
    r"\b(?:vol|full|quota|quotum|limiet|limit|maxim\w{1,3}|plein|satur|d[ée]pass|llen[oa]|super|exced"
    r"|pien|esaurit|voll|erreicht"
    r"|(?:ü|ue)ber(?:f|sch)|chei[oa]|storage|space|taille|ruimte|fuld|pe[łl]n)",
    re.IGNORECASE,
)
_OURS = re.compile(  # the mailbox of who reads it: so say those who want their password
    r"\b(?:your|uw|je|jouw|ihr|ihre?[nms]?|votre|su|tu|il (?:suo|tuo)|(?:sua|tua|vostra)"
    r"|(?:a )?sua) (?:e-?mail|mail)?[- ]?(?:mail-?box"
    r"|inbox|account|postvak|postbus|brievenbus|postfach|konto|bo[iî]te|messagerie|compte|buz[óo]n"
    r"|cuenta|casella|caixa|conta)",
    re.IGNORECASE,
)
_IS_SO = re.compile(  # and not only will be
    r"\b(?:has|have|was|were|is|werd|wurde|a (?:bien )?[ée]t[ée]|ha sido|fue|[èe] stat\w|foi)\b",
    re.IGNORECASE,
)
_REMOVED = re.compile(  # so do people on holiday with their mail
    r"verwijder|vernietig|delete|discard|destroy|drop|gel(?:ö|oe)scht|vernichtet|verworfen|supprim"
    r"|d[ée]truit|elimina"
    r"|destru|cancella|distrutt|exclu|slettet|radera|usuni",
    re.IGNORECASE,
)
_MOST_SENTENCES: Final = 40
_REMEMBERED: Final = 256  # sentences: those of a mail are looked at more than once
_LONGEST: Final = 600
_LONGEST_TEXT: Final = 8000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The families of one language."""

    message: re.Pattern[str]
    deny: re.Pattern[str]
    deliver: re.Pattern[str]
    arrive: re.Pattern[str]
    refused: re.Pattern[str]
    failed: re.Pattern[str]
    unless: re.Pattern[str]


@cache
def _families() -> tuple[dict[str, list[str]], ...]:
    """Return the words of each language, by the name of their family."""
    content = files("newsletter.replies.bounce").joinpath("undelivered.toml").read_text("utf-8")
    return tuple(tomllib.loads(content).values())


@cache
def _languages() -> tuple[_Words, ...]:
    return tuple(
        _Words(
            **{name: re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE) for name, words in one.items()}
        )
        for one in _families()
    )


@cache
def _telling() -> re.Pattern[str]:
    """Return the words of all languages without one of which a sentence tells of nothing undelivered."""
    telling = ("deliver", "arrive", "refused", "failed")
    words = {word for one in _families() for name in telling for word in one[name]}
    return re.compile(rf"\b(?:{'|'.join(sorted(words))})", re.IGNORECASE)


def sentences(text: str) -> tuple[str, ...]:
    """Return the first sentences of `text`, each on one line, with addresses as @ and without quotations."""
    said = _ADDRESS.sub("@", _QUOTED.sub('""', text[:_LONGEST_TEXT]))
    parts = (" ".join(part.split())[:_LONGEST] for part in _END.split(said))
    return tuple(part for part in parts if part.strip(" -_*=#"))[:_MOST_SENTENCES]


def is_undelivered(said: Sequence[str], *, strictly: bool = False) -> bool:
    """Tell whether one of the sentences in `said` says that a letter failed to arrive.

    With `strictly` only that it was not delivered counts: what else became of it (refused, deleted), and what
    is said of the reader (unknown), is no proof then. Questions say nothing.
    """
    if is_turned_away(said, strictly=strictly):
        return True
    return not strictly and any(_is_of_reader(one) for one in said if not one.endswith("?"))


def is_turned_away(said: Sequence[str], *, strictly: bool = False) -> bool:
    """Tell whether a sentence says it of the letter itself, whatever is said of its reader."""
    before = ""
    for one in said:
        if _may_tell(one) and any(
            _denies_delivery(one, before, words, strictly=strictly) for words in _languages()
        ):
            return True
        before = one
    return False


@lru_cache(maxsize=_REMEMBERED)
def _may_tell(sentence: str) -> bool:
    return not sentence.endswith("?") and _telling().search(sentence) is not None


@lru_cache(maxsize=_REMEMBERED)
def _is_of_reader(sentence: str) -> bool:
    reason = reason_class("", sentence)
    is_full = reason is BounceClass.SOFT and _FULL.search(sentence) and not _OURS.search(sentence)
    return reason is BounceClass.HARD or bool(is_full)


def _denies_delivery(sentence: str, before: str, words: _Words, *, strictly: bool) -> bool:
    """Tell it by the words of a language; what `it` is may be said in the sentence `before`."""
    if words.unless.search(sentence):
        return False
    denies = words.deny.search(sentence) is not None
    has_message = words.message.search(sentence) is not None or words.message.search(before) is not None
    if denies and words.deliver.search(sentence) and (has_message or not strictly):
        return True
    refused = words.refused.search(sentence)
    if strictly:
        return bool(has_message and refused and _IS_SO.search(sentence) and not _REMOVED.search(refused[0]))
    is_lost = refused or (denies and words.arrive.search(sentence))
    return bool(words.failed.search(sentence) or (has_message and is_lost))
