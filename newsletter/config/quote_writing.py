"""Entries of `quotes.toml` written and taken out; whatever else stands in the file stays as it is."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

from newsletter.config.quotes import FILE_NAME, load_quotes
from newsletter.config.toml_file import read_text
from newsletter.domain.quote import Quote
from newsletter.errors import ConfigError, Problem
from newsletter.replacing import replace_file
from newsletter.source import Place, shown_path

__all__ = ["drop_quotes", "put_quote"]

_HEADER = re.compile(r"\s*\[\s*quotes\s*\.\s*[\"']?([A-Za-z0-9_-]+)[\"']?\s*\]\s*(?:#.*)?")
_TABLE = re.compile(r"\s*\[")


def put_quote(root: Path, quote: Quote) -> str:
    """Write the entry of `quote` in the place of the one that was there; return the file as one types it.

    Raises ConfigError when the file is wrong already, or cannot be written.
    """
    load_quotes(root)  # what is wrong already is told before anything changes
    text = _without(_text(root), {quote.id})
    lines = [f"[quotes.{quote.id}]", f"consent = {_string(quote.consent)}"]
    if quote.name:
        lines.append(f"name = {_string(quote.name)}")
    if quote.granted:
        lines.append(f"granted = {_day(quote.granted)}")
    if quote.words:
        lines.append(f"words = {_string(quote.words)}")
    entry = "\n".join(lines)
    return _write(root, f"{text.rstrip()}\n\n{entry}\n" if text.strip() else f"{entry}\n")


def drop_quotes(root: Path, names: set[str]) -> frozenset[str]:
    """Take the entries called `names` out; return those that were there. Raises ConfigError."""
    if not (root / FILE_NAME).exists():
        return frozenset()
    there = frozenset(names).intersection(load_quotes(root).quotes)
    if there:
        left = _without(_text(root), set(there)).rstrip()
        _write(root, f"{left}\n" if left else "")
    return there


def _without(text: str, names: set[str]) -> str:
    kept, is_dropped = [], False
    for line in text.splitlines(keepends=True):
        header = _HEADER.fullmatch(line.rstrip("\r\n"))
        if header or _TABLE.match(line):
            is_dropped = header is not None and header[1] in names
        if not is_dropped:
            kept.append(line)
    return "".join(kept)


def _text(root: Path) -> str:
    path = root / FILE_NAME
    return read_text(path, shown_path(path, root)) if path.exists() else ""


def _write(root: Path, text: str) -> str:
    path = root / FILE_NAME
    shown = shown_path(path, root)
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise ConfigError(
            Problem(what=f"{shown} cannot be written", why=error.strerror, place=Place(path=shown))
        ) from error
    return shown


def _string(text: str) -> str:
    """Return `text` as a basic string of TOML 1.0: JSON's escapes are among its own."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _day(day: date) -> str:
    return day.isoformat()
