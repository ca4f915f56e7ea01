r"""Requests in five languages, put together from parts that are data: `lang/*.toml`, section requests.

A sentence asks to leave when it holds a word for that, or wants the letter no more, or wants somebody taken
from its list, and is the writer's own wish. Such a request is proposed to the author, never acted on.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from newsletter.domain.inbound import Intent
from newsletter.replies.intent_context import (
    CHANGED_MIND,
    CONDITION,
    ELSEWHERE,
    FROM_WHAT,
    NARRATED,
    NOT_ARRIVING,
    NOT_ME,
    OTHERS,
    TOLD_OTHERS,
    clause_around,
    is_reported,
)

__all__ = ["moves_address", "parts_intent"]

_LANGUAGES: Final = ("nl", "en", "de", "fr", "es")
_SHORT: Final = 8  # words of a sentence that needs no more than "no more letters, please"
_NOT_LONG: Final = 12  # words of one that may leave out what is not to come any more
_BARE: Final = 6
_NEVER: Final = re.compile(r"(?!)")
_OPENING: Final = re.compile(r"\W{0,5}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """The parts of requests in one language."""

    leave: re.Pattern[str]
    remove: re.Pattern[str]
    stop: re.Pattern[str]
    receive: re.Pattern[str]
    no_more: re.Pattern[str]
    letter: re.Pattern[str]
    me: re.Pattern[str]
    object: re.Pattern[str]
    ask: re.Pattern[str]
    erase: re.Pattern[str]
    mine: re.Pattern[str]
    claim: re.Pattern[str]
    stay: re.Pattern[str]
    denied: re.Pattern[str]
    others: re.Pattern[str]
    moves: re.Pattern[str]


def parts_intent(sentence: str) -> Intent | None:
    """Return what a sentence in lower case asks, None where a part is missing or something takes it back."""
    if any(
        one.search(sentence)
        for one in (CONDITION, NOT_ME, OTHERS, ELSEWHERE, CHANGED_MIND, NARRATED, TOLD_OTHERS)
    ):
        return None
    for lang in _LANGUAGES:
        parts = _parts(lang)
        if parts.others.search(sentence) or parts.stay.search(sentence):
            continue
        if _wants_to_be_forgotten(sentence, parts):
            return Intent.FORGET
        if _wants_to_leave(sentence, parts):
            return Intent.UNSUBSCRIBE
    return None


def moves_address(sentence: str) -> bool:
    """Tell whether a sentence with an address in it says that the letter goes there from now on."""
    return any(_parts(lang).moves.search(sentence) for lang in _LANGUAGES)


def _wants_to_be_forgotten(sentence: str, parts: _Parts) -> bool:
    if _is_meant(parts.claim, sentence, parts):
        return True
    is_asked = parts.ask.search(sentence) or _begins(parts.erase, sentence)
    return bool(is_asked and parts.mine.search(sentence) and _is_meant(parts.erase, sentence, parts))


def _wants_to_leave(sentence: str, parts: _Parts) -> bool:
    count = len(sentence.split())
    is_mine, is_asked = parts.me.search(sentence), parts.ask.search(sentence)
    is_about = parts.letter.search(sentence)
    is_wished = (is_asked or _begins(parts.leave, sentence)) and (is_about or not FROM_WHAT.search(sentence))
    if is_wished and (is_mine or count <= _BARE) and _is_meant(parts.leave, sentence, parts):
        return True
    is_begun = _begins(parts.remove, sentence)
    if (
        is_about
        and parts.object.search(sentence)
        and (is_asked or is_begun)
        and _is_meant(parts.remove, sentence, parts)
    ):
        return _is_near(parts.remove, sentence, parts.letter)
    is_no_more = None if NOT_ARRIVING.search(sentence) else parts.no_more.search(sentence)
    if is_no_more and parts.receive.search(sentence) and (is_about or count <= _NOT_LONG):
        return bool(is_mine and (is_asked or _begins(parts.no_more, sentence))) or bool(
            count <= _SHORT and (is_asked or _begins(parts.no_more, sentence))
        )
    if is_no_more and is_about and is_asked and count <= _SHORT:
        return True
    is_stopped = _is_meant(parts.stop, sentence, parts) and _is_near(parts.stop, sentence, parts.letter)
    return is_stopped and bool(_begins(parts.stop, sentence) or (is_asked and (is_mine or count <= _BARE)))


def _is_near(pattern: re.Pattern[str], sentence: str, other: re.Pattern[str]) -> bool:
    """Tell whether two parts stand in one clause."""
    match = pattern.search(sentence)
    return match is not None and other.search(clause_around(sentence, match)) is not None


def _begins(pattern: re.Pattern[str], sentence: str) -> bool:
    opening = _OPENING.match(sentence)
    return pattern.match(sentence, opening.end() if opening else 0) is not None


def _is_meant(pattern: re.Pattern[str], sentence: str, parts: _Parts) -> bool:
    """Tell whether a part stands in the sentence, in a clause that does not deny it and is nobody else's."""
    match = pattern.search(sentence)
    if match is None or is_reported(sentence, match):
        return False
    return not parts.denied.search(clause_around(sentence, match))


@cache
def _parts(lang: str) -> _Parts:
    content = files("newsletter.replies.lang").joinpath(f"{lang}.toml").read_text("utf-8")
    table: Mapping[str, list[str]] = tomllib.loads(content)["requests"]

    def words(name: str) -> re.Pattern[str]:
        found = sorted(table[name], key=lambda one: (-len(one), one))
        return re.compile("|".join(rf"(?<!\w)(?:{one})(?!\w)" for one in found)) if found else _NEVER

    return _Parts(
        leave=words("leave"),
        remove=words("remove"),
        stop=words("stop"),
        receive=words("receive"),
        no_more=words("no_more"),
        letter=words("letter"),
        me=words("me"),
        object=words("object"),
        ask=words("ask"),
        erase=words("erase"),
        mine=words("mine"),
        claim=words("claim"),
        stay=words("stay"),
        denied=words("not"),
        others=words("others"),
        moves=re.compile("|".join(table["moves"])),
    )
