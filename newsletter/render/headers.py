"""Header fields written out: folded, and outside ASCII as encoded words (RFC 5322 2.2.3, RFC 2047)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable

from newsletter.domain.address import Mailbox

__all__ = ["clean_header", "header_field", "mailbox_field"]

_LINE = 76  # RFC 2047 2: a line with encoded words has at most 76 characters
_LONGEST_WORD = 900  # RFC 5322 2.1.1: a line has at most 998 characters, the field's name included
_WORD_BYTES = 39  # base64 makes 52 of it; with =?utf-8?b?…?= 64, and "List-Unsubscribe-Post: " before it fits
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def clean_header(value: str) -> str:
    """Return `value` as one line: control characters are dropped, runs of white space are one space."""
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip(" ")
    return " ".join(_CONTROLS.sub("", " ".join(value.split())).split())


def header_field(name: str, value: str) -> bytes:
    """Return the field `name` with text `value`, folded and ended by CR LF.

    Words that are not printable ASCII, that look like encoded words, or that no line can hold become
    encoded words; every other word stays readable, so addresses and links in `<…>` stay what they are.
    """
    value = clean_header(value)
    if value.isascii() and "=?" not in value:
        if len(name) + 2 + len(value) <= _LINE:
            return f"{name}: {value}\r\n".encode("ascii")
        words = value.split(" ")
        if max(map(len, words)) <= _LONGEST_WORD:
            return _fold(name, words)
    atoms: list[str] = []
    run: list[str] = []
    for word in value.split(" "):
        if not word.isascii() or "=?" in word or len(word) > _LONGEST_WORD:
            run.append(word)
            continue
        atoms += _encoded_words(" ".join(run))
        run.clear()
        atoms.append(word)
    atoms += _encoded_words(" ".join(run))
    return _fold(name, atoms)


def mailbox_field(name: str, mailbox: Mailbox) -> bytes:
    """Return the field `name` with `mailbox` as name and address, folded and ended by CR LF.

    An internationalised local part stays UTF-8 (RFC 6532), which only servers with SMTPUTF8 take.
    """
    shown = clean_header(mailbox.name)
    address = clean_header(mailbox.email)
    if not shown:
        return _fold(name, [address])
    if not shown.isascii() or "=?" in shown or len(shown) > _LONGEST_WORD:
        return _fold(name, [*_encoded_words(shown), f"<{address}>"])
    if not _PHRASE.fullmatch(shown):
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        shown = f'"{escaped}"'
    return _fold(name, [*shown.split(" "), f"<{address}>"])


def _encoded_words(text: str) -> list[str]:
    """Cut `text` into encoded words that each hold whole characters (RFC 2047 5)."""
    raw = text.encode()
    words: list[str] = []
    start = 0
    while start < len(raw):
        end = min(start + _WORD_BYTES, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        words.append(f"=?utf-8?b?{b64encode(raw[start:end]).decode('ascii')}?=")
        start = end
    return words


def _fold(name: str, atoms: Iterable[str]) -> bytes:
    lines: list[str] = []
    line = f"{name}:"
    is_empty = True
    for atom in atoms:
        if not is_empty and len(line) + 1 + len(atom) > _LINE:
            lines.append(line)
            line = ""
        line = f"{line} {atom}"
        is_empty = False
    return "".join(f"{line}\r\n" for line in [*lines, line]).encode()
