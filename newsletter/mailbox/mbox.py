"""Mails in one file, each behind a line that begins with `From ` (RFC 4155; mboxrd for what is quoted)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

__all__ = ["is_separator", "mails_in"]

_LONGEST_SEPARATOR = 400  # bytes: no longer line is looked at
_STAMP = re.compile(rb"[ \d]\d:\d\d")
_YEAR = re.compile(rb"(?:19|20)\d\d")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def is_separator(line: bytes) -> bool:
    """Say whether `line` begins a mail: `From `, and a time and a year in it.

    A sentence of a letter that begins with these four letters has neither, as a rule.
    """
    if not line.startswith(b"From ") or len(line) > _LONGEST_SEPARATOR:
        return False
    return _STAMP.search(line) is not None and _YEAR.search(line) is not None


def mails_in(file: BinaryIO) -> Iterator[bytes]:
    """Yield the mails in `file`, in order, as they were before they were put in it.

    The line before a mail and the empty one behind it go, and `>From ` becomes `From ` again. What stands
    before the first separator is a mail of its own unless it is blank: nothing is dropped.
    """
    lines: list[bytes] = []
    is_after_blank, is_open = True, False
    for line in file:
        if is_after_blank and is_separator(line):
            yield from _mail(lines, is_open=is_open)
            lines, is_open = [], True
        else:
            lines.append(line)
        is_after_blank = not line.strip(b"\r\n")
    yield from _mail(lines, is_open=is_open)


def _mail(lines: list[bytes], *, is_open: bool) -> Iterator[bytes]:
    raw = b"".join(lines)
    if not is_open and not raw.strip():
        return
    if raw.endswith(b"\r\n\r\n"):
        raw = raw[:-2]
    elif raw.endswith(b"\n\n"):
        raw = raw[:-1]
    if raw:
        yield _QUOTED.sub(rb"\1", raw)
