"""What the checks know about a language: months, greetings, words that lie; read from `data/LANG.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

__all__ = ["LANGUAGES", "Language", "language_of", "told_language"]

LANGUAGES = ("nl", "en")
"""Primary subtags (BCP 47) of the languages there is a data file for."""


_LEAST_WORDS, _LEAST_COMMON = 8, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """Words of one language, in small letters, and compiled patterns, which ignore letter case.

    Months count from January, days from Monday. What each list is for stands in the data file.
    """

    code: str
    months: tuple[str, ...]
    months_short: tuple[str, ...]
    weekdays: tuple[str, ...]
    weekdays_short: tuple[str, ...]
    deadline: tuple[str, ...]
    past: frozenset[str]
    never_doubled: frozenset[str]
    perhaps_doubled: frozenset[str]
    may_be_doubled: frozenset[str]
    greeting: tuple[str, ...]
    signoff: tuple[str, ...]
    vague_links: frozenset[str]
    attachment: re.Pattern[str]
    attachment_passes: re.Pattern[str]
    informal: re.Pattern[str]
    formal: re.Pattern[str]
    promise: re.Pattern[str]
    this_year: re.Pattern[str]
    alt_prefix: tuple[str, ...]
    common: frozenset[str]
    abbreviations: frozenset[str]
    vowels: frozenset[str]
    young_words: frozenset[str]
    prefixes: frozenset[str]


def language_of(lang: str) -> Language | None:
    """Return the language of the tag `lang` (BCP 47, such as `nl-NL`), None when there are no data."""
    code = lang.partition("-")[0].lower()
    return _read(code) if code in LANGUAGES else None


@cache
def _read(code: str) -> Language:
    table = tomllib.loads((files("newsletter.checks") / "data" / f"{code}.toml").read_text("utf-8"))

    def words(key: str) -> tuple[str, ...]:
        listed: Sequence[str] = table[key]
        return tuple(listed)

    def pattern(key: str) -> re.Pattern[str]:
        return re.compile(str(table[key]), re.IGNORECASE)

    return Language(
        code=code,
        months=words("months"),
        months_short=words("months_short"),
        weekdays=words("weekdays"),
        weekdays_short=words("weekdays_short"),
        deadline=tuple(sorted(words("deadline"), key=len, reverse=True)),
        past=frozenset(words("past")),
        never_doubled=frozenset(words("never_doubled")),
        perhaps_doubled=frozenset(words("perhaps_doubled")),
        may_be_doubled=frozenset(words("may_be_doubled")),
        greeting=words("greeting"),
        signoff=words("signoff"),
        vague_links=frozenset(words("vague_links")),
        attachment=pattern("attachment"),
        attachment_passes=pattern("attachment_passes"),
        informal=pattern("informal"),
        formal=pattern("formal"),
        promise=pattern("promise"),
        this_year=pattern("this_year"),
        alt_prefix=words("alt_prefix"),
        common=frozenset(words("common")),
        abbreviations=frozenset(words("abbreviations")),
        vowels=frozenset(str(table["vowels"])),
        young_words=frozenset(words("young_words")),
        prefixes=frozenset(words("prefixes")),
    )


def told_language(text: str) -> str | None:
    """Return the code of the language whose commonest words `text` uses most; None when it cannot be told.

    It takes eight words, three and a tenth of them common in that language alone, and more than twice as
    many as in any other.
    """
    words = re.findall(r"[^\W\d_]+", text.lower())
    if len(words) < _LEAST_WORDS:
        return None
    counts = sorted(
        ((sum(word in _telling(code) for word in words), code) for code in LANGUAGES), reverse=True
    )
    (most, code), (second, _) = counts[:2]
    return code if most >= _LEAST_COMMON and most * 10 >= len(words) and most > 2 * second else None


@cache
def _telling(code: str) -> frozenset[str]:
    """Return the commonest words of a language that are not common in another."""
    return _read(code).common.difference(*(_read(other).common for other in LANGUAGES if other != code))
