"""The sentences of pages, by language: files `words.LANG.toml` beside their templates."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

__all__ = ["Wording"]

_BASE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Sentences by language and key, such as "left.title"; they are HTML, with `{name}` for what is put in.

    A project changes single sentences, or adds a language, in a file of its own. What a language lacks is
    in English.
    """

    sentences: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, folders: Sequence[Path]) -> Wording:
        """Read the files in `folders`, of which the first wins. Raises ConfigError with every problem."""
        sentences: dict[str, dict[str, str]] = {}
        problems: list[Problem] = []
        for folder in reversed(folders):
            for path in sorted(folder.glob("words.*.toml")):
                found = _read(path, problems)
                sentences.setdefault(path.name.split(".")[1], {}).update(found)
        known = sentences.get(_BASE, {})
        for folder in folders[:-1]:
            for path in sorted(folder.glob("words.*.toml")):
                problems += _misfits(path, _read(path, []), known)
        ConfigError.raise_if(problems)
        return cls(sentences=sentences)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages there are sentences in, sorted."""
        return tuple(sorted(self.sentences))

    def text(self, lang: str, key: str) -> str:
        """Return the sentence `key` in `lang`, or in English. Raises KeyError for a key nobody wrote."""
        return self.sentences[lang].get(key) or self.sentences[_BASE][key]


def _read(path: Path, problems: list[Problem]) -> dict[str, str]:
    try:
        return dict(_flat(tomllib.loads(path.read_text("utf-8-sig")), ""))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError) as error:
        problems.append(Problem(what="this wording cannot be read", why=str(error), place=_place(path)))
        return {}


def _flat(table: Mapping[str, object], start: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{start}{name}.")
        else:
            yield f"{start}{name}", str(value)


def _misfits(path: Path, own: Mapping[str, str], known: Mapping[str, str]) -> Iterator[Problem]:
    """Yield what is wrong with sentences of a project's own: unknown keys, and words that are not put in."""
    for key, text in own.items():
        if key not in known:
            yield Problem(what=f'no page says "{key}"', place=_place(path), fix="take the key out")
            continue
        try:
            wanted = _names(text)
        except ValueError as error:
            yield Problem(what=f'"{key}" has a brace too many', why=str(error), place=_place(path))
            continue
        for name in sorted(wanted - _names(known[key]) - {"name"}):
            yield Problem(what=f'"{key}" has nothing to put in {{{name}}}', place=_place(path))


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def _place(path: Path) -> Place:
    return Place(path="/".join(path.parts[-3:]))
