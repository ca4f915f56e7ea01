"""The bytes of an issue become text, or it is said why they are not text."""

from __future__ import annotations

import codecs
import re

from newsletter.errors import ContentError, Problem
from newsletter.source import Place

__all__ = ["MAX_FILE_BYTES", "control_character", "decode_source"]

MAX_FILE_BYTES = 1_000_000
"""Largest file read. A letter may become 100,000 bytes of HTML, so nothing real comes near."""

_MAX_REPORTED = 20
# Cc without tab and line feed, and the two noncharacters XML 1.0 (2.2) and YAML 1.1 (5.1) refuse.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode_source(data: bytes, shown_path: str) -> tuple[str, list[Problem]]:
    """Return the text in `data` and a problem for each control character, which is replaced by a space.

    Line ends become LF, a UTF-8 byte order mark goes, and U+2028 and U+2029 (soft line ends of word
    processors) become spaces, so that line numbers are the editor's.
    Raises ContentError when the bytes are not UTF-8 text.
    """
    _refuse_other_files(data, shown_path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(_not_utf8(data, error, shown_path)) from error
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\u2028", " ").replace("\u2029", " ")
    problems = [
        Problem(
            what=f"an invisible control character (U+{ord(match[0]):04X}) stands here",
            place=_place(text, match.start(), shown_path),
            fix="delete it and type the text again",
        )
        for match, _ in zip(_CONTROL.finditer(text), range(_MAX_REPORTED), strict=False)
    ]
    return _CONTROL.sub(" ", text), problems


def control_character(value: str) -> str | None:
    """Return the first character of `value` that may not stand in a header or in XML, else None.

    Those are line ends and other control characters (RFC 5322 2.2: a header is one line) and half
    surrogates, which have no bytes in UTF-8.
    """
    for char in value:
        if char in "\t\n\u2028\u2029" or _CONTROL.match(char) or "\ud800" <= char <= "\udfff":
            return char
        if char == "\r":
            return char
    return None


def _refuse_other_files(data: bytes, shown_path: str) -> None:
    whole = Place(path=shown_path)
    if len(data) > MAX_FILE_BYTES:
        raise ContentError(
            Problem(
                what=f"the file is {len(data):,} bytes, more than {MAX_FILE_BYTES:,}",
                place=whole,
                fix="is this the right file? Pictures go in files of their own",
            )
        )
    for mark, name in _OTHER_ENCODINGS:
        if data.startswith(mark):
            raise ContentError(
                Problem(what=f"the file is {name}, not UTF-8", place=whole, fix="save it as UTF-8")
            )
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        raise ContentError(
            Problem(
                what="this is not a text file: it holds a zero byte",
                place=Place(path=shown_path, line=line),
                fix="write the issue in a text editor and save it as UTF-8",
            )
        )


def _not_utf8(data: bytes, error: UnicodeDecodeError, shown_path: str) -> Problem:
    line_start = data.rfind(b"\n", 0, error.start) + 1
    bad = data[error.start : error.start + 1]
    column = len(data[line_start : error.start].decode("utf-8", "replace")) + 1
    line = data.count(b"\n", 0, error.start) + 1
    reading = bad.decode("cp1252", "ignore")
    return Problem(
        what=f"the file is not UTF-8: byte 0x{bad.hex().upper()} cannot be read",
        place=Place(path=shown_path, line=line, column=column),
        why=f"in the old Windows encoding it is {reading}" if reading else None,
        fix="save the file as UTF-8",
    )


def _place(text: str, offset: int, shown_path: str) -> Place:
    line_start = text.rfind("\n", 0, offset) + 1
    return Place(path=shown_path, line=text.count("\n", 0, offset) + 1, column=offset - line_start + 1)
