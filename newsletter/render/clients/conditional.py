"""Outlook's conditional comments, carried out as classic Outlook does.

`<!--[if mso]>…<![endif]-->` is for Outlook; `<!--[if !mso]><!-->…<!--<![endif]-->` and
`<![if !mso]>…<![endif]>` are for everybody else. Conditions know `!`, `&`, `|`, brackets and the
comparisons lt, lte, gt, gte with a version; Outlook since 2016 is version 16.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["apply_conditionals"]

_VERSION = 16
_LONGEST = 200  # characters of a condition; real ones have some twenty
_MARK = re.compile(
    r"<!--\[if\s(?P<hidden>[^\]]{0,200})\]>(?P<revealed>\s{0,9}<!-->|\s{0,9}-->)?"
    r"|<!\[if\s(?P<open>[^\]]{0,200})\]>"
    r"|(?:<!--\s{0,9})?<!\[endif\](?:--)?>",
    re.IGNORECASE,
)
_WORD = re.compile(
    r"\s*(?:(lte?|gte?)\s+)?(mso|ie|vml|wpf|true|false)(?:\s+([0-9]{1,3}(?:\.[0-9]{1,4})?))?\s*|\s*([!&|()])\s*",
    re.I,
)


def apply_conditionals(html: str) -> str:
    """Return `html` with what classic Outlook reads, and without what it skips."""
    return "".join(_kept(html))


def _kept(html: str) -> Iterator[str]:
    stack: list[bool] = []
    place = 0
    for mark in _MARK.finditer(html):
        if all(stack):
            yield html[place : mark.start()]
        place = mark.end()
        condition = mark["hidden"] if mark["hidden"] is not None else mark["open"]
        if condition is not None:
            stack.append(_holds(condition))
        elif stack:
            stack.pop()
    if all(stack):
        yield html[place:]


def _holds(condition: str) -> bool:
    """Say whether `condition` holds in classic Outlook; one that cannot be read does not."""
    words = _words(condition)
    if words is None:
        return False
    value, rest = _either(words, 0)
    return value and rest == len(words)


def _words(condition: str) -> list[str | bool] | None:
    words: list[str | bool] = []
    place = 0
    while place < len(condition):
        found = _WORD.match(condition, place)
        if not found or found.end() == place:
            return None
        place = found.end()
        words.append(found[4] or _is_outlook(found[2].lower(), (found[1] or "").lower(), found[3]))
    return words


def _is_outlook(name: str, comparison: str, version: str | None) -> bool:
    if name in ("true", "vml"):
        return True
    if name != "mso":
        return False
    if version is None:
        return True
    wanted = float(version)
    compared = {
        "lt": wanted > _VERSION,
        "lte": wanted >= _VERSION,
        "gt": wanted < _VERSION,
        "gte": wanted <= _VERSION,
    }
    return compared.get(comparison, wanted == _VERSION)


def _either(words: list[str | bool], place: int) -> tuple[bool, int]:
    value, place = _both(words, place)
    while place < len(words) and words[place] == "|":
        other, place = _both(words, place + 1)
        value = value or other
    return value, place


def _both(words: list[str | bool], place: int) -> tuple[bool, int]:
    value, place = _one(words, place)
    while place < len(words) and words[place] == "&":
        other, place = _one(words, place + 1)
        value = value and other
    return value, place


def _one(words: list[str | bool], place: int) -> tuple[bool, int]:
    word = words[place] if place < len(words) else ""
    if isinstance(word, bool):
        return word, place + 1
    if word == "!":
        value, place = _one(words, place + 1)
        return not value, place
    if word == "(":
        value, place = _either(words, place + 1)
        return value, place + (1 if place < len(words) and words[place] == ")" else 0)
    return False, len(words) + 1  # cannot be read
