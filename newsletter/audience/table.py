"""Read a list file as a table: header and rows, whatever program wrote it, one row at a time."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, TypeAlias

from newsletter.audience.encoding import MAX_LINE_BYTES, FileScan, scan_file
from newsletter.audience.records import Block, Record, read_blocks
from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["Row", "Table", "open_table"]

_Told: TypeAlias = Callable[[int], None]

_DELIMITERS = ",;\t"
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SEPARATOR_LINE = re.compile(r"sep=([,;\t|])", re.IGNORECASE)  # Excel's own first line, for Excel


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `cells` as many as the header has, trimmed; with a `fault` as they stood in the file."""

    line: int
    cells: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A list file whose header is known; its rows are read anew each time they are asked for.

    `path` is the file, `shown_path` as the user typed it. `header` are the names of the columns, trimmed,
    empty columns at the end left out; `header_line` is where it stands, from 1. `notes` are things to
    tell the user. `digest` is the SHA-256 (hex) of the bytes.
    """

    path: Path
    shown_path: str
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    notes: tuple[Problem, ...]
    digest: str
    scan: FileScan
    modified_ns: int

    def blocks(self, told: _Told = lambda _done: None) -> Iterator[Block]:
        """Yield what stands below the header; `row_of` makes rows of what needs a closer look.

        `told` is told how many bytes are read. Raises UsageError when the file is not the one that was
        opened any more.
        """
        with _open_text(self.path, self.scan, self.shown_path) as file:
            if os.fstat(file.fileno()).st_mtime_ns != self.modified_ns:
                raise _changed(self.shown_path)
            try:
                for block in read_blocks(file, self.delimiter):
                    yield _below(block, self.header_line)
                    told(file.buffer.tell())
            except UnicodeDecodeError:
                raise _changed(self.shown_path) from None

    def row_of(self, record: Record) -> Row | None:
        """Return the row in `record`, or None when there is nothing in it."""
        return _row(record, len(self.header))

    def place(self, line: int | None = None) -> Place:
        """Return the place of `line`, or of the file."""
        return Place(path=self.shown_path, line=line)


def open_table(path: Path, *, shown: str | None = None) -> Table:
    """Look through the list file at `path`, called `shown` in messages, and return it with its header read.

    Encodings: UTF-8 with or without mark, UTF-16 with mark, Windows-1252 as a reported guess. The
    delimiter, comma, semicolon or tab, is the one that stands most in the header line.
    Raises UsageError when the file cannot be read, is empty, or has no usable header.
    """
    shown = shown or str(path)
    modified = _modified_ns(path, shown)
    scan = scan_file(path, shown)
    number, line = _first_line(path, scan, shown)
    separator = _SEPARATOR_LINE.fullmatch(line.strip("\r\n"))
    delimiter = separator[1] if separator else _sniff(line)
    record = _header_record(path, scan, delimiter, after=number if separator else 0, shown=shown)
    header = tuple(cell.strip() for cell in record.cells)
    while header and not header[-1]:
        header = header[:-1]
    notes = (Problem(what=scan.guess, place=Place(path=shown)),) if scan.guess else ()
    return Table(
        path=path,
        shown_path=shown,
        encoding=scan.encoding,
        delimiter=delimiter,
        header=header,
        header_line=record.line,
        notes=notes,
        digest=scan.digest,
        scan=scan,
        modified_ns=modified,
    )


def _below(block: Block, header_line: int) -> Block:
    """Return `block` without what stands on the lines up to the header."""
    if (block.lines and block.lines[0] > header_line) or (
        block.records and block.records[0].line > header_line
    ):
        return block
    start = sum(line <= header_line for line in block.lines)
    records = [record for record in block.records if record.line > header_line]
    return Block(block.lines[start:], block.rows[start:], records)


def _modified_ns(path: Path, shown: str) -> int:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        what = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise UsageError(Problem(what=what, place=Place(path=shown), fix="name a CSV file")) from error
    if not stat.S_ISREG(found.st_mode):  # a plan reads it more than once, which a pipe cannot bear
        raise UsageError(
            Problem(what="this is not a plain file", place=Place(path=shown), fix="name a CSV file")
        )
    return found.st_mtime_ns


def _row(record: Record, width: int) -> Row | None:
    """Return the row in `record`, or None when there is nothing in it."""
    if record.fault:
        return Row(record.line, record.cells, record.fault)
    cells = [cell.strip() for cell in record.cells]
    if not any(cells):
        return None
    while len(cells) > width and not cells[-1]:
        cells.pop()
    if len(cells) != width:
        return Row(record.line, record.cells, f"{_values(len(cells))}, and the header has {width}")
    return Row(record.line, tuple(cells))


def _values(number: int) -> str:
    return "it has 1 value" if number == 1 else f"it has {number} values"


def _sniff(line: str) -> str:
    bare = _QUOTED.sub("", line)
    return max(_DELIMITERS, key=bare.count)


def _first_line(path: Path, scan: FileScan, shown: str) -> tuple[int, str]:
    with _open_text(path, scan, shown) as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES):
            number += 1
            if line.strip():
                return number, line
    raise UsageError(
        Problem(
            what="the file is empty",
            place=Place(path=shown),
            fix="the first line names the columns: email,first_name",
        )
    )


def _header_record(path: Path, scan: FileScan, delimiter: str, *, after: int, shown: str) -> Record:
    with _open_text(path, scan, shown) as file:
        for record in _all_records(read_blocks(file, delimiter)):
            if record.line <= after or not any(cell.strip() for cell in record.cells):
                continue
            if record.fault:
                raise UsageError(
                    Problem(
                        what=f"the header cannot be read: {record.fault}",
                        place=Place(path=shown, line=record.line),
                        fix="the first line names the columns: email,first_name",
                    )
                )
            return record
    raise UsageError(
        Problem(what="there is no header", place=Place(path=shown), fix="name the columns: email,first_name")
    )


def _all_records(blocks: Iterator[Block]) -> Iterator[Record]:
    for block in blocks:
        for line, cells in zip(block.lines, block.rows, strict=True):
            yield Record(line, tuple(cells))
        yield from block.records


@contextmanager
def _open_text(path: Path, scan: FileScan, shown: str) -> Iterator[TextIO]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(
            Problem(what=f"the file cannot be read: {error.strerror}", place=Place(path=shown))
        ) from error
    with file:
        file.seek(scan.skip)
        with io.TextIOWrapper(file, encoding=scan.encoding, newline="") as text:
            yield text


def _changed(shown: str) -> UsageError:
    return UsageError(
        Problem(what="the file was changed while it was read", place=Place(path=shown), fix="try again")
    )
