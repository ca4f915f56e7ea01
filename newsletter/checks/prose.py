"""The words of a letter as its author typed them, with code, slots and addresses blanked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.checks.context import CheckContext
from newsletter.source import Place

__all__ = ["Spotted", "spot"]

_MOST = 50
"""Most findings of one pattern in one letter; after that, mending them will show the rest."""

_BACKTICKS = re.compile(r"`+")
_ADDRESS = re.compile(r"\]\([^()\s]*|\b(?:[a-z][a-z0-9+.-]{1,15}://|mailto:|tel:)[^\s<>()]+", re.IGNORECASE)
_SLOT = re.compile(r"\\[{}]{2}|(?<!\{)\{\{[^{}\n`]*\}\}(?!\})")
_NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """A stretch of text and the place of its first character's line; `last` is its last line in the file.

    Code, slots and addresses are blanked out, so that lines and offsets hold.
    """

    text: str
    place: Place
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """Where a pattern was found, and the characters that matched."""

    found: re.Match[str]
    place: Place


def _passages(context: CheckContext, *, keep_addresses: bool = False) -> Iterator[_Passage]:
    """Yield subject, preheader, title and every block of the body (Need.DOCUMENT); code is left out."""
    issue = context.issue
    for key, text in (("subject", issue.subject), ("preheader", issue.preheader), ("title", issue.title)):
        if text:
            place = issue.place(key)
            place = Place(path=place.path, line=place.line)
            yield _Passage(
                text=_blank(text, keep_addresses=keep_addresses), place=place, last=place.line or 1
            )
    for token in context.document.tokens:
        if token.type == "inline" and token.content:
            first = int(token.meta.get("line", 0))
            last = token.map[1] if token.map else first + 1
            yield _Passage(
                text=_blank(token.content, keep_addresses=keep_addresses),
                place=issue.body_place(first),
                last=issue.body_line + last - 1,
            )


def spot(
    context: CheckContext, pattern: re.Pattern[str], *, keep_addresses: bool = False
) -> Iterator[Spotted]:
    """Yield where `pattern` stands in the letter's words, the first fifty times (Need.DOCUMENT)."""
    left = _MOST
    for passage in _passages(context, keep_addresses=keep_addresses):
        for match in pattern.finditer(passage.text):
            if not left:
                return
            left -= 1
            line = (passage.place.line or 1) + passage.text.count("\n", 0, match.start())
            place = Place(path=passage.place.path, line=line)
            yield Spotted(found=match, place=context.locate(place, match[0].strip(), last=passage.last))


def _blank(text: str, *, keep_addresses: bool) -> str:
    text = _SLOT.sub(_spaces, _without_code(text))
    return text if keep_addresses else _ADDRESS.sub(_spaces, text)


def _without_code(text: str) -> str:
    """Blank out code spans: from a run of backticks to the next run of the same length (CommonMark 6.1)."""
    runs = list(_BACKTICKS.finditer(text))
    closing: dict[int, list[int]] = {}
    for index, run in enumerate(runs):
        closing.setdefault(len(run[0]), []).append(index)
    parts: list[str] = []
    done = index = 0
    for lengths in closing.values():
        lengths.reverse()
    while index < len(runs):
        same = closing[len(runs[index][0])]
        while same and same[-1] <= index:
            same.pop()
        if same:
            end = same.pop()
            start, stop = runs[index].start(), runs[end].end()
            parts += (text[done:start], _NOT_NEWLINE.sub(" ", text[start:stop]))
            done, index = stop, end
        index += 1
    return "".join((*parts, text[done:]))


def _spaces(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match[0])
