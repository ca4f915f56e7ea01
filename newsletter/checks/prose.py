"""The words of a letter as its author typed them, with code, slots and addresses blanked out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from newsletter.checks.context import CheckContext
from newsletter.content.issue_date import with_dates
from newsletter.source import Place

__all__ = [
    "BLANK",
    "Passage",
    "Spotted",
    "front_line",
    "passages",
    "place_in",
    "place_of_word",
    "plain_words",
    "shown_subject",
    "spot",
]

_MOST = 50
"""Most findings of one pattern in one letter; after that, mending them will show the rest."""

BLANK = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands for each character blanked out: no letter and no space, so that words on both sides stay apart."""

_BACKTICKS = re.compile(r"`+")
_ADDRESS = re.compile(r"\]\([^()\s]*|\b(?:[a-z][a-z0-9+.-]{1,15}://|mailto:|tel:)[^\s<>()]+", re.IGNORECASE)
_SLOT = re.compile(r"\\[{}]{2}|(?<!\{)\{\{[^{}\n`]*\}\}(?!\})")
_NOT_NEWLINE = re.compile(r"[^\n]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of text and the place of its first character's line; `last` is its last line in the file.

    Code, slots and addresses are blanked out, so that lines and offsets hold. `kind` is `subject`,
    `preheader`, `title`, `heading`, `cell` (of a table) or `paragraph`; `is_listed` says that it stands in
    a list, `is_quoted` in a quotation.
    """

    text: str
    place: Place
    last: int
    kind: str = "paragraph"
    is_listed: bool = False
    is_quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Spotted:
    """Where a pattern was found, and the characters that matched."""

    found: re.Match[str]
    place: Place


def passages(context: CheckContext, *, keep_addresses: bool = False) -> Iterator[Passage]:
    """Yield subject, preheader, title and every block of the body (Need.DOCUMENT); code is left out."""
    issue = context.issue
    lines = (
        ("subject", issue.subject),
        ("subject_b", issue.subject_b),
        ("preheader", issue.preheader),
        ("title", issue.title),
    )
    for key, text in lines:
        if text:
            place = front_line(context, key)
            words = _blank(text, keep_addresses=keep_addresses)
            yield Passage(text=words, place=place, last=place.line or 1, kind=key.removesuffix("_b"))
    open_blocks: Counter[str] = Counter()
    for token in context.document.tokens:
        if token.nesting:
            name = token.info if token.type.startswith("directive") else token.type.rpartition("_")[0]
            open_blocks[name] += token.nesting
        elif token.type == "inline" and token.content:
            first = int(token.meta.get("line", 0))
            last = token.map[1] if token.map else first + 1
            yield Passage(
                text=_blank(token.content, keep_addresses=keep_addresses),
                place=issue.body_place(first),
                last=issue.body_line + last - 1,
                kind="heading" if open_blocks["heading"] else "cell" if open_blocks["tr"] else "paragraph",
                is_listed=bool(open_blocks["bullet_list"] or open_blocks["ordered_list"]),
                is_quoted=bool(open_blocks["blockquote"] or open_blocks["reader"]),
            )


def front_line(context: CheckContext, key: str) -> Place:
    """Return the line of front-matter `key`, without a column, so that `locate` looks for a better one."""
    place = context.issue.place(key)
    return Place(path=place.path, line=place.line)


def place_in(context: CheckContext, passage: Passage, offset: int, words: str) -> Place:
    """Return where `words` stand that begin at `offset` of `passage`."""
    line = (passage.place.line or 1) + passage.text.count("\n", 0, offset)
    return context.locate(Place(path=passage.place.path, line=line), words.strip(), last=passage.last)


def place_of_word(context: CheckContext, passage: Passage, offset: int, word: str) -> Place:
    """Return where `word` stands as a whole word, that begins at `offset` of `passage`."""
    line = (passage.place.line or 1) + passage.text.count("\n", 0, offset)
    whole = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
    for number in range(line, min(passage.last, len(context.lines)) + 1):
        match = whole.search(context.lines[number - 1])
        if match:
            return Place(path=passage.place.path, line=number, column=match.start() + 1)
    return Place(path=passage.place.path, line=line)


def shown_subject(context: CheckContext, values: Mapping[str, str] | None = None) -> str:
    """Return the subject with every slot at its value, else its fallback, else its name (Need.ISSUE)."""
    names = context.config.fallbacks
    given = values or {}

    def fill(match: re.Match[str]) -> str:
        name, _, fallback = (part.strip() for part in match[0][2:-2].partition("|"))
        return given.get(name) or fallback or names.get(name, name)

    return re.sub(r"(?<![\\{])\{\{[^{}\n]*\}\}", fill, with_dates(context.issue.subject, context.issue))


def plain_words(text: str) -> str:
    """Return the words of `text` in small letters with one space between them, to compare lines by."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def spot(
    context: CheckContext, pattern: re.Pattern[str], *, keep_addresses: bool = False
) -> Iterator[Spotted]:
    """Yield where `pattern` stands in the letter's words, the first fifty times (Need.DOCUMENT)."""
    left = _MOST
    for passage in passages(context, keep_addresses=keep_addresses):
        for match in pattern.finditer(passage.text):
            if not left:
                return
            left -= 1
            yield Spotted(found=match, place=place_in(context, passage, match.start(), match[0]))


def _blank(text: str, *, keep_addresses: bool) -> str:
    text = _SLOT.sub(_blanks, _without_code(text))
    return text if keep_addresses else _ADDRESS.sub(_blanks, text)


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
            parts += (text[done:start], _NOT_NEWLINE.sub(BLANK, text[start:stop]))
            done, index = stop, end
        index += 1
    return "".join((*parts, text[done:]))


def _blanks(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(BLANK, match[0])
