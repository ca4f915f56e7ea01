"""Mails in one file, each behind a line that begins with `From ` (RFC 4155; mboxrd for what is quoted)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import BinaryIO

__all__ = ["is_separator", "mails_in", "stamped_mails_in"]

_LONGEST_SEPARATOR = 400  # bytes: no longer line is looked at
_STAMP = re.compile(rb"[ \d]\d:\d\d")
_YEAR = re.compile(rb"(?:19|20)\d\d")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]*:|>From ")
_MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_DAY = re.compile(rb"\b(" + b"|".join(_MONTHS) + rb") +(\d{1,2})\b.*\b((?:19|20)\d\d)\b")
_CERTAIN = re.compile(rb"From \S+ +(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) " + _DAY.pattern)
"""What no sentence is: some programs put no empty line before it."""


def is_separator(line: bytes) -> bool:
    """Say whether `line` begins a mail: `From `, and a time and a year in it.

    A sentence of a letter that begins with these four letters has neither, as a rule.
    """
    if not line.startswith(b"From ") or len(line) > _LONGEST_SEPARATOR:
        return False
    return _STAMP.search(line) is not None and _YEAR.search(line) is not None


def mails_in(file: BinaryIO) -> Iterator[bytes]:
    """Yield the mails in `file`, in order, as they were before they were put in it.

    The line before a mail and the empty one behind it go, and `>From ` becomes `From ` again. A separator is
    one only when the first field of a header follows. What stands before the first one is a mail of its own
    unless it is blank: nothing is dropped.
    """
    for _, raw in stamped_mails_in(file):
        yield raw


def stamped_mails_in(file: BinaryIO) -> Iterator[tuple[date | None, bytes]]:
    """Yield the mails in `file` as `mails_in` does, each with the day it came in, as far as it is told."""
    lines: list[bytes] = []
    separator: bytes | None = None
    waiting: bytes | None = None
    is_after_blank = True
    for line in file:
        if waiting is not None and _HEADER.match(line):
            yield from _mail(lines, separator)
            lines, separator = [], waiting
        elif waiting is not None:
            lines.append(waiting)
        is_begun = is_separator(line) and (is_after_blank or _CERTAIN.match(line) is not None)
        waiting = line if is_begun else None
        if not is_begun:
            lines.append(line)
        is_after_blank = not line.strip(b"\r\n")
    yield from _mail([*lines, waiting or b""], separator)


def _day(separator: bytes | None) -> date | None:
    found = _DAY.search(separator or b"")
    if found is None:
        return None
    try:
        return date(int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2]))
    except ValueError:
        return None  # 31 February


def _mail(lines: list[bytes], separator: bytes | None) -> Iterator[tuple[date | None, bytes]]:
    raw = b"".join(lines)
    if separator is None and not raw.strip():
        return
    if raw.endswith(b"\r\n\r\n"):
        raw = raw[:-2]
    elif raw.endswith(b"\n\n"):
        raw = raw[:-1]
    if raw:
        yield _day(separator), _QUOTED.sub(rb"\1", raw)
