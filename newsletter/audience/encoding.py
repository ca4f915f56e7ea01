"""Find out how a list file is encoded, by reading all of it once, so that no row is guessed on its own."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["MAX_LINE_BYTES", "FileScan", "scan_file"]

MAX_LINE_BYTES = 1 << 20
"""Longest line, in bytes; what has longer ones is no list."""

_CHUNK = 1 << 20  # bytes read at once; no longer than a line may be

_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UTF32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_ZIP = b"PK\x03\x04"  # .xlsx and .ods are ZIP files
_SAVE_AS = "save the file as UTF-8; in Excel: CSV UTF-8 (comma delimited)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileScan:
    """What is known of a file before its rows are read.

    `encoding` is the codec behind the first `skip` bytes (the byte order mark), `guess` tells in words
    when it had to be guessed. `digest` is the SHA-256 (hex) of the bytes, `size` their number.
    """

    encoding: str
    skip: int
    guess: str | None
    digest: str
    size: int


@dataclass(slots=True)
class _Lines:
    """The first lines that are not ASCII, and of which kind they are."""

    utf8: int | None = None
    legacy: int | None = None
    undecodable: int | None = None


def scan_file(path: Path, shown: str) -> FileScan:
    """Read the file at `path` once and say how it is encoded: UTF-8, UTF-16 by its mark, else Windows-1252.

    Raises UsageError when it cannot be read, mixes encodings, or is no text.
    """
    try:
        with path.open("rb") as file:
            return _scan(file, shown)
    except OSError as error:
        raise UsageError(
            Problem(what=f"the file cannot be read: {error.strerror}", place=Place(path=shown))
        ) from error


def _scan(file: BinaryIO, shown: str) -> FileScan:
    start = file.read(4)
    file.seek(0)
    digest = hashlib.sha256()
    if start == _ZIP and shown.lower().endswith(".zip"):
        raise _fault(shown, None, "this ZIP file is damaged, or only a part of one", "download it once more")
    if start == _ZIP:
        raise UsageError(
            Problem(
                what="this is a workbook of Excel or LibreOffice, or another packed file",
                place=Place(path=shown),
                fix="open it, choose Save As, CSV UTF-8 (comma delimited), and import that file",
            )
        )
    if start in _UTF32:
        raise _fault(shown, 1, "the file is UTF-32, which no list program writes", _SAVE_AS)
    if start[:2] in _UTF16:
        encoding = _UTF16[start[:2]]
        size = _check_utf16(file, encoding, shown, digest)
        return FileScan(encoding=encoding, skip=2, guess=None, digest=digest.hexdigest(), size=size)
    lines, size, number = _Lines(), 0, 1
    for chunk in _read_whole_lines(file, shown):
        digest.update(chunk)
        size += len(chunk)
        if not chunk.isascii():
            _classify_all(chunk, number, lines)
        number += chunk.count(b"\n")
    skip = len(codecs.BOM_UTF8) if start.startswith(codecs.BOM_UTF8) else 0
    encoding, guess = _verdict(lines, skip, shown)
    return FileScan(encoding=encoding, skip=skip, guess=guess, digest=digest.hexdigest(), size=size)


def _read_whole_lines(file: BinaryIO, shown: str) -> Iterator[bytes]:
    number = 1
    while part := file.read(_CHUNK):
        tail = b"" if part.endswith(b"\n") else file.readline(MAX_LINE_BYTES + 1)
        if tail and len(part) - (part.rfind(b"\n") + 1) + len(tail) > MAX_LINE_BYTES:
            number += part.count(b"\n")
            raise _fault(shown, number, "this line is longer than a megabyte; this is no list", None)
        yield part + tail
        number += part.count(b"\n") + tail.count(b"\n")


def _classify_all(chunk: bytes, number: int, lines: _Lines) -> None:
    """Note of what kind the lines of `chunk` are, the first of which is line `number`."""
    if lines.utf8 is not None:
        try:
            chunk.decode("utf-8")
        except UnicodeDecodeError:
            pass  # one of the lines is another kind
        else:
            return
    for index, line in enumerate(chunk.split(b"\n")):
        if not line.isascii():
            _classify(line, number + index, lines)


def _classify(line: bytes, number: int, lines: _Lines) -> None:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        lines.legacy = lines.legacy or number
    else:
        lines.utf8 = lines.utf8 or number
        return
    try:
        line.decode("cp1252")
    except UnicodeDecodeError:
        lines.undecodable = lines.undecodable or number


def _verdict(lines: _Lines, skip: int, shown: str) -> tuple[str, str | None]:
    marked = 1 if skip else None
    utf8 = lines.utf8 or marked
    if lines.legacy is None:
        return "utf-8", None
    if lines.undecodable is not None:
        raise _fault(shown, lines.undecodable, "this line is neither UTF-8 nor Windows-1252", _SAVE_AS)
    if utf8 is not None:
        raise _fault(
            shown,
            lines.legacy,
            f"this line is not UTF-8, while line {utf8} is: the file mixes two encodings",
            _SAVE_AS,
        )
    return "cp1252", (
        f"read as Windows-1252, because line {lines.legacy} is not UTF-8; look whether its accents are right"
    )


def _check_utf16(file: BinaryIO, encoding: str, shown: str, digest: hashlib._Hash) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    line, size = 1, 0
    chunk = b"start"
    while chunk:
        chunk = file.read(1 << 16)
        digest.update(chunk)
        size += len(chunk)
        try:
            line += decoder.decode(chunk, final=not chunk).count("\n")
        except UnicodeDecodeError as error:
            raise _fault(shown, line, "the UTF-16 text is broken from here", _SAVE_AS) from error
    return size


def _fault(shown: str, line: int | None, what: str, fix: str | None) -> UsageError:
    return UsageError(Problem(what=what, place=Place(path=shown, line=line), fix=fix))
