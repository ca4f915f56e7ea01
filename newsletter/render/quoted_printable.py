"""Quoted-printable (RFC 2045 6.7), written so that a value can be spliced in without encoding all again.

A fixed text begins at the start of a line and ends there too, after a soft break where the text itself
goes on. So whatever is put between two texts stands on lines of its own, none longer than 76 characters,
and reads as if it had been there all along. A dot never starts a line, so SMTP needs no dot-stuffing.
"""

from __future__ import annotations

import re

__all__ = ["encode_end", "encode_text", "encode_value"]

_ROOM = 75  # 76 with the = of a soft break
_SOFT = b"=\r\n"
_PLAIN = re.compile(r"(?!\.)[ -<>-~]{1,75}")
_LONG_PLAIN = re.compile(r"[ -<>-~]+")
_LINE_END = re.compile(r"\r\n?|\n")
_ATOMS = tuple(bytes([byte]) if 32 <= byte <= 126 and byte != 61 else b"=%02X" % byte for byte in range(256))


def encode_value(text: str) -> bytes:
    """Encode what goes between two fixed texts: it begins and ends at the start of a line."""
    if _PLAIN.fullmatch(text):
        return text.encode("ascii") + _SOFT
    if not text:
        return b""
    if _LONG_PLAIN.fullmatch(text):
        return _long_plain(text)
    return encode_text(text)


def encode_text(text: str) -> bytes:
    """Encode a fixed text that a value follows: it begins and ends at the start of a line.

    Line ends become CR LF. Half surrogates, which have no bytes, become question marks.
    """
    *whole, rest = _LINE_END.split(text)
    lines = b"".join(_line(line, is_hard=True) + b"\r\n" for line in whole)
    return lines + (_line(rest, is_hard=False) + _SOFT if rest else b"")


def encode_end(text: str) -> bytes:
    """Encode the last text of a part: it ends in one line end whether `text` does or not."""
    return encode_text(text if text.endswith(("\n", "\r")) else text + "\n")


def _long_plain(text: str) -> bytes:
    lines = "=\r\n".join([text[start : start + _ROOM] for start in range(0, len(text), _ROOM)])
    if text[0] == "." or "\n." in lines:
        return encode_text(text)
    return lines.encode("ascii") + _SOFT


def _line(line: str, *, is_hard: bool) -> bytes:
    """Encode one line, broken softly; before a hard line end no white space may come last."""
    data = line.encode("utf-8", "replace")
    atoms = [_ATOMS[byte] for byte in data]
    if is_hard and atoms and atoms[-1] == b" ":
        atoms[-1] = b"=20"
    rows: list[bytes] = []
    row: list[bytes] = []
    length = 0
    for atom in atoms:
        if length + len(atom) > _ROOM:
            rows.append(b"".join(row))
            row, length = [], 0
        if not row and atom == b".":
            atom = b"=2E"
        row.append(atom)
        length += len(atom)
    rows.append(b"".join(row))
    return _SOFT.join(rows)
