"""`quotes.toml`, beside `newsletter.toml`: which readers may be quoted, and under what name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from newsletter.config.locate import KeyPath, line_of, locate_keys
from newsletter.config.toml_file import parse_toml, read_text
from newsletter.domain.nearest import nearest
from newsletter.domain.quote import QUOTE_ID, Quote, QuoteConsent
from newsletter.errors import ConfigError, Problem
from newsletter.source import Place, shown_path

__all__ = ["FILE_NAME", "QuoteRegister", "load_quotes"]

FILE_NAME = "quotes.toml"
_TABLE = "quotes"
_KEYS = ("name", "consent", "granted", "words")
_MAX_NAME = 200
_MAX_WORDS = 20_000


@dataclass(frozen=True, slots=True)
class QuoteRegister:
    """The entries by the name of the reply, and the file as the author would type it."""

    shown_path: str = FILE_NAME
    quotes: Mapping[str, Quote] = field(default_factory=dict)


def load_quotes(root: Path) -> QuoteRegister:
    """Return the register of the project at `root`, empty when there is no file.

    Raises ConfigError with every problem in it.
    """
    path = root / FILE_NAME
    shown = shown_path(path, root)
    if not path.exists():
        return QuoteRegister(shown)
    text = read_text(path, shown)
    document = parse_toml(text, shown, example='name = "…" below [quotes.17]')
    reading = _Reading(locate_keys(text), shown)
    quotes = dict(reading.entries(document))
    ConfigError.raise_if(reading.problems)
    return QuoteRegister(shown, quotes)


class _Reading:
    """One act of reading, with the problems found on the way."""

    def __init__(self, lines: Mapping[KeyPath, int], shown: str) -> None:
        self.problems: list[Problem] = []
        self._lines = lines
        self._shown = shown

    def entries(self, document: Mapping[str, Any]) -> Iterator[tuple[str, Quote]]:
        for key in document:
            if key != _TABLE:
                self._told(f'there is no table "{key[:60]}"', (key,), f"write [{_TABLE}.17]")
        table = document.get(_TABLE, {})
        if not isinstance(table, dict):
            self._told(f"{_TABLE} is one value, not a table", (_TABLE,), f"write [{_TABLE}.17]")
            return
        for name, entry in table.items():
            if not isinstance(entry, dict):
                self._told(f"{_TABLE}.{name[:60]} is one value", (_TABLE, name), f"write [{_TABLE}.{name}]")
            elif not QUOTE_ID.fullmatch(name):
                self._told(f'"{name[:60]}" is not the name of a reply', (_TABLE, name), "use a number")
            else:
                yield name, self._entry(name, entry)

    def _entry(self, name: str, entry: Mapping[str, Any]) -> Quote:
        here = (_TABLE, name)
        for key in entry:
            if key not in _KEYS:
                near = nearest(key, _KEYS)
                fix = f'did you mean "{near}"?' if near else f"known are: {', '.join(_KEYS)}"
                self._told(f'there is no key "{key[:60]}"', (*here, key), fix)
        consent = self._consent(entry.get("consent"), here)
        shown_name = self._name(entry.get("name", ""), consent, here)
        granted = self._granted(entry.get("granted"), consent, here)
        line = line_of(self._lines, here)
        words = self._words(entry.get("words", ""), here)
        return Quote(id=name, consent=consent, name=shown_name, granted=granted, words=words, line=line)

    def _consent(self, value: object, here: KeyPath) -> QuoteConsent:
        known = [str(one) for one in QuoteConsent]
        if isinstance(value, str) and value in known:
            return QuoteConsent(value)
        near = nearest(value, known) if isinstance(value, str) else None
        what = "the entry does not say what the reader allows" if value is None else "this is no consent"
        self._told(what, (*here, "consent"), f'write consent = "{near or "asked"}" ({", ".join(known)})')
        return QuoteConsent.NONE

    def _name(self, value: object, consent: QuoteConsent, here: KeyPath) -> str:
        path = (*here, "name")
        if not isinstance(value, str) or not value.isprintable() or len(value) > _MAX_NAME:
            self._told("the name is not one line of text", path, 'write name = "Sanne, gemeente Meerdijk"')
            return ""
        if "@" in value:
            self._told("the name holds an address, and this file is kept for good", path, "leave it out")
        if consent is QuoteConsent.NAMED and not value.strip():
            self._told("the reader may be named, and there is no name", path, 'add name = "…"')
        return value.strip()

    def _words(self, value: object, here: KeyPath) -> str:
        if not isinstance(value, str) or len(value) > _MAX_WORDS:
            self._told("the words are not a text", (*here, "words"), 'write words = "…"')
            return ""
        return value.strip()

    def _granted(self, value: object, consent: QuoteConsent, here: KeyPath) -> date | None:
        path = (*here, "granted")
        if isinstance(value, date):
            return value.date() if isinstance(value, datetime) else value
        if value is not None:
            self._told("granted is not a date", path, "write it without quotes: granted = 2026-11-20")
        elif consent.is_granted:
            self._told("the entry does not say when consent was given", path, "add granted = 2026-11-20")
        return None

    def _told(self, what: str, path: KeyPath, fix: str) -> None:
        place = Place(path=self._shown, line=line_of(self._lines, path))
        self.problems.append(Problem(what=what, place=place, fix=fix))
