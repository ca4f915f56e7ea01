"""Cut the lines of a list file into records, many at once, and go on after a broken one where it broke."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import TextIO

__all__ = ["MAX_RECORD_LINES", "Block", "Record", "read_blocks"]

_BLOCK = 1 << 18
"""Characters read at once."""

_MAX_CELL = 10_000
"""Longest cell, in characters."""

_MAX_RECORD = 100_000
"""Longest record, in characters; below the csv module's own limit for a field, 131,072."""

MAX_RECORD_LINES = 50
"""Most lines a record may run over by line breaks within quotes; more means a quote that is never closed."""

_STRAY_QUOTE = "a quote opens here and is not closed as it should be"
_REASONS = {
    "unexpected end of data": _STRAY_QUOTE,
    "expected after": "text follows the closing quote of a value; double the quotes within it",
}


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record, which starts at `line` (from 1); `fault` says why it cannot be used."""

    line: int
    cells: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Records that follow each other: `rows` without fault, each on the one line in `lines`; or `records`."""

    lines: Sequence[int] = ()
    rows: Sequence[Sequence[str]] = ()
    records: Sequence[Record] = ()


class _TooLong(Exception):
    """A record runs on beyond the limits."""


class _Feeder:
    """Hands lines to csv.reader and keeps those of the record under way, so that they can be given again."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._again: deque[str] = deque()
        self._under_way: list[str] = []
        self._length = 0
        self.is_odd = False  # the record under way holds a NUL, or enough text for a cell that is too long
        self.line = 0  # of the last line handed out

    def __iter__(self) -> _Feeder:
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
        else:
            line = self._file.readline(_MAX_RECORD + 1)
            if not line:
                raise StopIteration
        self._under_way.append(line)
        self._length += len(line)
        self.line += 1
        if self._length > _MAX_CELL or "\0" in line:
            self.is_odd = True
        if self._length > _MAX_RECORD or len(self._under_way) > MAX_RECORD_LINES:
            raise _TooLong
        return line

    def take(self) -> list[str]:
        """Hand out some whole lines at once; none at the end of the file."""
        lines = [*self._again, *self._file.readlines(_BLOCK)]
        self._again.clear()
        self.line += len(lines)
        return lines

    def give_back(self, lines: Sequence[str]) -> None:
        """Take back lines that were just taken, to hand them out one by one."""
        self._again.extend(lines)
        self.line -= len(lines)

    def finish(self) -> None:
        """Forget the record under way, which is complete."""
        self._under_way.clear()
        self._length = 0
        self.is_odd = False

    def give_up(self) -> str:
        """Return the first line of the record under way, and take the others back to give them again."""
        first, *others = self._under_way
        while len(first) > _MAX_RECORD and not first.endswith(("\n", "\r")):
            rest = self._file.readline(_MAX_RECORD)
            if not rest or rest.endswith(("\n", "\r")):
                break
        self.line -= len(others)
        self._again.extendleft(reversed(others))
        self.finish()
        return first


def read_blocks(file: TextIO, delimiter: str) -> Iterator[Block]:
    """Yield the records of `file` (opened with `newline=""`) in order, blank ones left out.

    Plain lines are cut in one go; what needs a closer look is cut record by record. Linear in the size of
    the file: a broken record costs at most MAX_RECORD_LINES lines read again.
    """
    feeder = _Feeder(file)
    while lines := feeder.take():
        first = feeder.line - len(lines) + 1
        rows = _plain_rows(lines, delimiter)
        if rows is None:
            feeder.give_back(lines)
            yield Block(records=list(_records(feeder, delimiter, until=first + len(lines) - 1)))
        elif all(rows):
            yield Block(range(first, feeder.line + 1), rows)
        else:
            yield Block(list(compress(range(first, feeder.line + 1), rows)), [row for row in rows if row])


def _plain_rows(lines: list[str], delimiter: str) -> list[list[str]] | None:
    """Return a row for each of `lines`; None when one of them is not a whole record of its own."""
    if max(map(len, lines)) > _MAX_CELL or "\0" in "".join(lines):
        return None
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows if len(rows) == len(lines) else None


def _records(feeder: _Feeder, delimiter: str, *, until: int) -> Iterator[Record]:
    """Yield record by record those that begin up to line `until`."""
    reader = csv.reader(feeder, delimiter=delimiter, strict=True)
    while feeder.line < until:
        before = feeder.line
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _TooLong:
            # csv.reader forgets what it had of this record when it is asked for the next one
            yield _broken(
                feeder, delimiter, "the record is too long, or a quote opens here and is never closed"
            )
            continue
        except csv.Error as error:
            yield _broken(feeder, delimiter, _reason(error))
            continue
        fault = _fault_of(cells) if feeder.is_odd else None
        feeder.finish()
        if any(cells):
            yield Record(before + 1, tuple(cells), fault)


def _broken(feeder: _Feeder, delimiter: str, reason: str) -> Record:
    first = feeder.give_up()
    return Record(feeder.line, tuple(first[:_MAX_RECORD].rstrip("\r\n").split(delimiter)), reason)


def _reason(error: csv.Error) -> str:
    said = str(error)
    return next((reason for start, reason in _REASONS.items() if start in said), said)


def _fault_of(cells: list[str]) -> str | None:
    for cell in cells:
        if "\0" in cell:
            return "a NUL character stands in it"
        if len(cell) > _MAX_CELL:
            return f"a value is longer than {_MAX_CELL} characters"
    return None
