"""Lists of tags, `name=value; name=value`, as DKIM, DMARC, MTA-STS, TLS-RPT and BIMI write them.

Source: RFC 6376, section 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["TagList", "read_tags"]

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SHOWN = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class TagList:
    """The tags by name in small letters, in order; of a name that comes twice, the first.

    `problems` are in words.
    """

    tags: Mapping[str, str]
    problems: tuple[str, ...] = ()

    @property
    def first(self) -> str:
        """Return the name of the first tag, "" when there is none."""
        return next(iter(self.tags), "")


def read_tags(text: str) -> TagList:
    """Read the tags of `text`, whatever it is."""
    tags: dict[str, str] = {}
    problems: list[str] = []
    parts = text.split(";")
    if not parts[-1].strip():
        parts.pop()  # the list may end with a semicolon
    for part in parts:
        name, equals, value = (one.strip() for one in part.partition("="))
        if not equals or not _NAME.fullmatch(name):
            problems.append(f'"{_short(part)}" is not of the form name=value')
        elif name.lower() in tags:
            problems.append(f"{name} stands in it twice")
        else:
            tags[name.lower()] = value
    return TagList(tags=tags, problems=tuple(problems))


def _short(part: str) -> str:
    part = part.strip()
    return part if len(part) <= _SHOWN else f"{part[:_SHOWN]}…"
