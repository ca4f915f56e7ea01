"""The block of header lines that Outlook and others put above what they quote: "Van: … Verzonden: …"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsletter.replies.strip.lines import Line
from newsletter.replies.strip.separators import is_rule
from newsletter.replies.words import HeaderKind, MailWords

__all__ = ["header_block_at", "header_kind", "is_timed", "stacked_block_at"]

_LONGEST_NAME = 25
_LONGEST_VALUE = 1_000
_MOST_LINES = 24
_MOST_CONTINUED = 4
_MOST_STACKED = 14
_MOST_VALUES = 3
_MOST_TOLD = 2  # people tell so much of a meeting or a letter of their own
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIMED = re.compile(r"\d{1,2}[.:h]\d{2}")
_DATED = re.compile(r"\d{1,2}[ ./:h-]\d{2}|\b(?:19|20)\d\d\b")


def header_kind(line: Line, words: MailWords) -> tuple[HeaderKind, str] | None:
    """Return which header line this is and its value; None when it is none."""
    text = line.body
    if ":" not in text[: _LONGEST_NAME + 4] and "：" not in text[:_LONGEST_NAME]:
        return None
    name, _, value = text.replace("：", ":", 1).partition(":")
    kind = words.headers.get(name.strip(" *_>\t").lower())
    value = value.strip(" *_\t")
    if kind is None or (kind is HeaderKind.FROM and value[:1].isdigit() and "@" not in value):
        return None  # "Van: 19.00 uur" has no sender
    return kind, value


def header_block_at(lines: Sequence[Line], start: int, words: MailWords, *, is_below: bool) -> int:
    """Return how many lines from `start` are one header block; 0 when it is none.

    One line that looks like a header is prose. A block has a sender or a date with at least one other
    line, and an address, a date or a third line to prove it; with nothing of the writer above it (not
    `is_below`) an address it must be.
    """
    first = header_kind(lines[start], words)
    if first is None:
        return 0
    kinds: set[HeaderKind] = set()
    above_gap: frozenset[HeaderKind] = frozenset()
    values = ""
    end, continued = start, 0
    for index in range(start, min(len(lines), start + _MOST_LINES)):
        line = lines[index]
        found = header_kind(line, words)
        if found is not None and found[0] in above_gap:
            return 0  # a block of its own begins below the gap, so the lines above it are none of it
        if found is not None:
            kinds |= {found[0], *_kinds_within(found[1], words)}
            values += " " + found[1][:200]
            end, continued = index + 1, 0
        elif line.is_blank:
            if not _goes_on(lines, index, words):
                break
            above_gap = above_gap or frozenset(kinds)
        elif is_rule(line.body):
            break
        else:
            continued += 1
            if continued > _MOST_CONTINUED or not _is_continuation(lines, index, words):
                break
    return end - start if _proves(kinds, values) and (is_below or "@" in values) else 0


def stacked_block_at(lines: Sequence[Line], start: int, words: MailWords) -> int:
    """Return how many lines from `start` are a header as Notes stacks it; 0 when they are none.

    Sender and date come first, without names; then the names of the others stand on lines of their own,
    the values below them.
    """
    if "@" not in lines[start].body and _stacked_kind(lines[start], words) is None:
        return 0
    kinds: set[HeaderKind] = set()
    values, end, other = "", start, 0
    for index in range(start, min(len(lines), start + _MOST_STACKED)):
        kind = _stacked_kind(lines[index], words)
        if kind is not None:
            kinds.add(kind)
            has_value = index + 1 < len(lines) and not lines[index + 1].is_blank
            end, other = index + 1 + has_value, 0
        elif not lines[index].is_blank:
            values += f" {lines[index].body[:200]}"
            other += 1
            if other > _MOST_VALUES:
                break
        if HeaderKind.SUBJECT in kinds:
            break
    is_block = {HeaderKind.TO, HeaderKind.SUBJECT} <= kinds and "@" in values
    return end - start if is_block and _DATED.search(values) is not None else 0


def _stacked_kind(line: Line, words: MailWords) -> HeaderKind | None:
    """Return which header line's name stands alone on a line."""
    return words.headers.get(line.body.rstrip(":").strip(" *_").lower()) if len(line.body) < 20 else None


def is_timed(text: str) -> bool:
    """Tell whether a time of day stands in a text."""
    return _TIMED.search(text) is not None


def _kinds_within(value: str, words: MailWords) -> set[HeaderKind]:
    """Return the kinds of header lines that stand behind another on one line."""
    if "@" not in value:
        return set()
    names = (token[:-1].lower() for token in value[:_LONGEST_VALUE].split() if token.endswith(":"))
    return {words.headers[name] for name in names if name in words.headers}


def _proves(kinds: set[HeaderKind], values: str) -> bool:
    if len(kinds) < 2:
        return False
    has_address = "@" in values
    if HeaderKind.FROM in kinds:
        is_mail = HeaderKind.SENT in kinds or HeaderKind.SUBJECT in kinds
        is_told = len(kinds) > _MOST_TOLD and _YEAR.search(values) is not None
        return has_address or (is_mail and (is_told or _TIMED.search(values) is not None))
    return HeaderKind.SENT in kinds and has_address and _DATED.search(values) is not None


def _goes_on(lines: Sequence[Line], index: int, words: MailWords) -> bool:
    following = lines[index + 1] if index + 1 < len(lines) else None
    return following is not None and header_kind(following, words) is not None


def _is_continuation(lines: Sequence[Line], index: int, words: MailWords) -> bool:
    """Tell whether a line that is no header goes on with the one before: another header comes soon."""
    for line in lines[index + 1 : index + 1 + _MOST_CONTINUED]:
        if line.is_blank:
            return False
        if header_kind(line, words) is not None:
            return True
    return False
