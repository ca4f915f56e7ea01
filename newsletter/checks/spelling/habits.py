"""What the files of a hunspell dictionary say of slips in its language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Habits", "Replacement", "read_habits", "read_text"]

_SET = re.compile(rb"^\s*SET\s+(\S+)", re.MULTILINE)
_ALPHABET = "esianrtolcdugmfphbyvkwjzxq"
_LIGATURES = str.maketrans({"ĳ": "ij", "Ĳ": "IJ"})
_MOST_LINES = 20_000
_COMPOUNDING = frozenset({"COMPOUNDFLAG", "COMPOUNDBEGIN", "COMPOUNDMIDDLE", "COMPOUNDEND"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """Letters that are written for others; `at_start` and `at_end` say that they begin or end the word."""

    wrong: str
    right: str
    at_start: bool = False
    at_end: bool = False

    def applied(self, word: str) -> Iterator[str]:
        """Yield `word` mended at each place where the wrong letters stand, then at all of them."""
        places = [at for at in range(len(word) - len(self.wrong) + 1) if word.startswith(self.wrong, at)]
        if self.at_start:
            places = [at for at in places if at == 0]
        if self.at_end:
            places = [at for at in places if at + len(self.wrong) == len(word)]
        for at in places:
            yield word[:at] + self.right + word[at + len(self.wrong) :]
        if len(places) > 1:
            yield word.replace(self.wrong, self.right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """Of a language: its `letters`, the commonest first, letters `related` by accents, slips people make.

    `has_compounds` says that words are made of others without end; `unfit` is the flag of words that are
    right but never offered, `flags` how flags are written ("", "long", "num").
    """

    letters: str = _ALPHABET
    related: Mapping[str, str]
    replacements: tuple[Replacement, ...] = ()
    has_compounds: bool = False
    unfit: str = ""
    flags: str = ""


def read_text(path: Path, encoding: str = "") -> tuple[str, str]:
    """Return the text of a dictionary's file and its encoding, else the one it names. Raises OSError."""
    data = path.read_bytes()
    named = _SET.search(data)
    encoding = encoding or (named[1].decode("ascii", "replace") if named else "ISO8859-1")
    try:
        text = data.decode(encoding, "replace")
    except LookupError:  # a name that Python does not have
        text = data.decode("latin-1")
    return text.removeprefix("\ufeff").translate(_LIGATURES), encoding


def read_habits(affixes: str) -> Habits:
    """Return what `affixes`, the text of an .aff file, says of slips; wrong lines count for nothing."""
    related: dict[str, str] = {}
    replacements: list[Replacement] = []
    said: dict[str, str] = {}
    for line in affixes.splitlines()[:_MOST_LINES]:
        key, *values = line.partition("#")[0].split()[:3] or [""]
        if key == "REP" and len(values) == 2:
            replacements += _replacement(*values)
        elif key == "MAP" and len(values) == 1 and not values[0].isdigit():
            related |= {letter: values[0].replace(letter, "") for letter in values[0]}
        elif values:
            said.setdefault(key, values[0])
    tried = [letter for letter in said.get("TRY", "") if letter.isascii() and letter.islower()]
    return Habits(
        letters="".join(dict.fromkeys([*tried, *_ALPHABET])),
        related=related,
        replacements=tuple(replacements),
        has_compounds=not _COMPOUNDING.isdisjoint(said),
        unfit=said.get("NOSUGGEST", ""),
        flags=said.get("FLAG", ""),
    )


def _replacement(wrong: str, right: str) -> list[Replacement]:
    letters = wrong.removeprefix("^").removesuffix("$")
    if not letters:
        return []
    return [
        Replacement(
            wrong=letters,
            right=right.replace("_", " "),
            at_start=wrong.startswith("^"),
            at_end=wrong.endswith("$"),
        )
    ]
