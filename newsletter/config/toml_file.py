"""A TOML file from disk, with every way in which it cannot be read told at its line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from newsletter.errors import ConfigError, Problem
from newsletter.source import Place

__all__ = ["parse_toml", "read_text"]

_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


def read_text(path: Path, shown: str) -> str:
    """Return the text of the file `path`, shown as `shown`, with LF line ends. Raises ConfigError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigError(
            Problem(what=f"the file cannot be read: {error.strerror}", place=Place(path=shown))
        ) from error
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            Problem(
                what="the file is not UTF-8 here", place=Place(path=shown, line=line), fix="save it as UTF-8"
            )
        ) from error


def parse_toml(text: str, shown: str, *, example: str) -> dict[str, Any]:  # TOML is typed where it is read
    """Return what `text` says; `example` is a line of such a file, for the mend. Raises ConfigError."""
    try:
        return tomllib.loads(text)
    except RecursionError:
        problem = Problem(what="brackets are nested too deeply", place=Place(path=shown))
    except ValueError as error:  # TOMLDecodeError, and numbers too long for Python
        said = str(error)
        at = _AT.search(said)
        line, column = (
            (int(at[1]), int(at[2])) if at and at[1] else (text.count("\n") + 1 if at else None, None)
        )
        problem = Problem(
            what=f"this is not TOML: {_AT.sub('', said)}",
            place=Place(path=shown, line=line, column=column),
            fix=f"text stands between quotes, tables between brackets: {example}",
        )
    raise ConfigError(problem)
