"""How one language asks, greets and signs off, and which of its words say nothing; from `lang/CODE.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["LANGUAGES", "DigestLanguage", "digest_language", "told_language"]

LANGUAGES = ("nl", "en")
"""Primary subtags (BCP 47) of the languages there is a data file for."""

_LEAST_MARGIN = 2
_READ = 4_000  # characters are enough to tell a language by


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLanguage:
    """Words of one language in small letters, and compiled patterns, which ignore letter case.

    `indirect` and `never` are ways of asking by name: what is a question without a question mark, and what
    is none with one. `numbering` are abbreviations only before a number. `answer` is how an answer to one's
    own question begins. `short_openers` begin a question of two words, `hanging` a sentence that means
    nothing without the one before it, `personal` is said to the author only.
    """

    code: str
    stemmer: str
    abbreviations: frozenset[str]
    numbering: frozenset[str]
    greeting: re.Pattern[str]
    signoff: re.Pattern[str]
    indirect: Mapping[str, re.Pattern[str]]
    never: Mapping[str, re.Pattern[str]]
    answer: re.Pattern[str]
    short_openers: frozenset[str]
    hanging: frozenset[str]
    personal: re.Pattern[str]
    stop: frozenset[str]


@cache
def digest_language(code: str) -> DigestLanguage:
    """Return the language `code`, one of LANGUAGES."""
    table = tomllib.loads((files(__package__) / "lang" / f"{code}.toml").read_text("utf-8"))
    return DigestLanguage(
        code=code,
        stemmer=str(table["stemmer"]),
        abbreviations=frozenset(table["abbreviations"]),
        numbering=frozenset(table["numbering"]),
        greeting=_line_with(table["greeting"]),
        signoff=_line_with(table["signoff"]),
        indirect=_patterns(table["indirect"]),
        never=_patterns(table["never"]),
        answer=_pattern(table["answered"]["by"]),
        short_openers=frozenset(table["short"]["openers"]),
        hanging=frozenset(table["quotable"]["hanging"]),
        personal=_pattern(table["quotable"]["personal"]),
        stop=frozenset(str(table["words"]["stop"]).split()),
    )


def told_language(text: str, default: str) -> DigestLanguage:
    """Return the language most small words of `text` are of, or that of the tag `default` (BCP 47) in doubt.

    Where there are no data for `default` either, it is the first of LANGUAGES.
    """
    words = re.findall(r"[^\W\d_]+", text[:_READ].lower())
    counts = sorted(
        ((sum(word in _telling(code) for word in words), code) for code in LANGUAGES), reverse=True
    )
    (most, code), (second, _) = counts[:2]
    if most - second >= _LEAST_MARGIN:
        return digest_language(code)
    primary = default.partition("-")[0].lower()
    return digest_language(primary if primary in LANGUAGES else LANGUAGES[0])


@cache
def _telling(code: str) -> frozenset[str]:
    """Return the small words of a language that are none in another."""
    others = (digest_language(other).stop for other in LANGUAGES if other != code)
    return digest_language(code).stop.difference(*others)


def _patterns(table: Mapping[str, str]) -> Mapping[str, re.Pattern[str]]:
    return {name: _pattern(text) for name, text in table.items()}


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _line_with(openings: Sequence[str]) -> re.Pattern[str]:
    """Return what matches the beginning of a line that opens with one of `openings`."""
    listed = "|".join(re.escape(one) for one in sorted(openings, key=len, reverse=True))
    return re.compile(rf"(?:{listed})(?!\w)", re.IGNORECASE)
