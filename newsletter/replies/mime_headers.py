"""Header fields from bytes: unfolded, decoded (RFC 2047, RFC 2231), taken apart; linear, no exceptions.

The standard library reads headers too, but with patterns that go back over a field again and again, and
with a parser of addresses that recurses; whoever mails could make it hang or fall.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from newsletter.domain.read_mail import MailAddress
from newsletter.replies.charsets import decode_text, one_line

__all__ = ["addresses", "base64_bytes", "decoded", "header_fields", "message_ids", "moment", "parameters"]

_MOST_FIELDS = 1_000
_LONGEST_FIELD = 20_000
_MOST_ADDRESSES = 200
_MOST_IDS = 200
_LONGEST_ID = 998  # RFC 5322 2.1.1: a line, and an id may not be folded
_NAME = re.compile(rb"[!-9;-~]{1,200}[ \t]*:")
_WORD = re.compile(r"=\?([A-Za-z0-9._:+-]{1,60})(?:\*[A-Za-z0-9-]{0,40})?\?([QqBb])\?([^?]{0,10000})\?=")
_ANGLED = re.compile(r"<([^<>\s]{1,998})>")
_ATOM = re.compile(r"=\?[A-Za-z0-9._:*+-]{1,100}\?[QqBb]\?[^?<>()\\\"@]{0,1000}\?=")
_STRUCTURED = frozenset(
    b"from sender reply-to to cc bcc delivered-to x-delivered-to envelope-to x-envelope-to x-original-to"
    b" return-path message-id in-reply-to references authentication-results".split()
)
"""Fields to be taken apart before anything in them is decoded (RFC 2047 6.2): a name that decodes to an
address and a comma is a name."""


def header_fields(block: bytes) -> tuple[tuple[str, str], ...]:
    """Return the fields of a header block as name and value; lines that are no field are left out.

    Values are decoded (RFC 2047), but for fields of addresses, message ids and verdicts.
    """
    fields: list[tuple[bytes, list[bytes], int]] = []
    for line in block.split(b"\n"):
        line = line.rstrip(b"\r")
        if line[:1] in (b" ", b"\t"):
            if fields and fields[-1][2] < _LONGEST_FIELD:
                name, lines, size = fields[-1]
                lines.append(line)
                fields[-1] = (name, lines, size + len(line))
            continue
        match = _NAME.match(line)
        if match is None:
            continue
        if len(fields) == _MOST_FIELDS:
            break
        value = line[match.end() :]
        fields.append((line[: match.end() - 1].rstrip(), [value], len(value)))
    return tuple(
        (name.decode("ascii"), _value(name, _characters(b"".join(lines)[:_LONGEST_FIELD])))
        for name, lines, _ in fields
    )


def _value(name: bytes, text: str) -> str:
    return one_line(text) if name.lower() in _STRUCTURED else decoded(text)


def decoded(text: str) -> str:
    """Return `text` with its encoded words read (RFC 2047), on one line."""
    if "=?" not in text:
        return one_line(text)
    pieces: list[str] = []
    pending: list[bytes] = []
    charset, at = "", 0
    for match in _WORD.finditer(text):
        between = text[at : match.start()]
        if pending and (between.strip() or match[1].lower() != charset):
            pieces.append(decode_text(b"".join(pending), charset))
            pending = []
        if between.strip() or (at == 0 and between):
            pieces.append(between)
        charset, at = match[1].lower(), match.end()
        pending.append(_word_bytes(match[2], match[3]))
    if pending:
        pieces.append(decode_text(b"".join(pending), charset))
    return one_line("".join((*pieces, text[at:])))


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the value before the first `;`, lower-cased, and its parameters (RFC 2045 5.1, RFC 2231)."""
    first, *rest = _split(value, ";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for item in rest[:100]:
        name, equals, content = item.partition("=")
        name, content = name.strip().lower(), _unquoted(content.strip())
        if not equals or not name:
            continue
        if "*" not in name:
            plain.setdefault(name, content)
            continue
        base, _, number = name.partition("*")
        is_encoded = number.endswith("*") or not number
        digits = number.rstrip("*")
        place = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 4 else 0
        pieces.setdefault(base, {}).setdefault(place, (content, is_encoded))
    for base, numbered in pieces.items():
        plain[base] = _joined(numbered)
    return first.strip().lower(), plain


def addresses(text: str) -> tuple[MailAddress, ...]:
    """Return the addresses of a field, not decoded yet, in order; their names are decoded here.

    Groups are opened up, what holds no `@` is left out.
    """
    found = []
    for item in _split(text, ",;"):
        one = _address(item)
        if one is not None:
            found.append(one)
        if len(found) == _MOST_ADDRESSES:
            break
    return tuple(found)


def message_ids(text: str) -> tuple[str, ...]:
    """Return the message ids of a field without their brackets, each once; commas between are allowed."""
    found = _ANGLED.findall(text)
    if not found:
        words = text.replace(",", " ").replace("<", " ").replace(">", " ").split()
        found = [word for word in words if "@" in word and len(word) <= _LONGEST_ID]
    return tuple(dict.fromkeys(found))[:_MOST_IDS]


def moment(text: str) -> datetime | None:
    """Return when a `Date` field says (RFC 5322 3.3), as UTC; None when it says nothing readable."""
    try:
        read = parsedate_to_datetime(text[:200])
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _characters(value: bytes) -> str:
    return decode_text(value, "utf-8")


def _word_bytes(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "Qq":
        return binascii.a2b_qp(raw.replace(b"_", b" "), header=False)
    return base64_bytes(raw)


def base64_bytes(raw: bytes) -> bytes:
    """Return what `raw` stands for in base64; what is no base64 in it is passed over."""
    letters = raw.translate(None, _NO_BASE64)
    spare = len(letters) % 4
    letters = letters[:-1] if spare == 1 else letters + b"=" * (-spare % 4)
    return binascii.a2b_base64(letters)


_NO_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))


def _split(text: str, at: str) -> list[str]:
    """Return `text` cut at the characters `at` that stand outside quotes, comments and angle brackets."""
    pieces, start, depth, is_quoted, is_angled = [], 0, 0, False, False
    scanned = _ATOM.sub(lambda found: "_" * len(found[0]), text)  # some programs leave a comma in one
    position = 0
    while position < len(text):
        character = scanned[position]
        if character == "\\":
            position += 1
        elif is_quoted:
            is_quoted = character != '"'
        elif character == '"':
            is_quoted = True
        elif character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character == "<":
            is_angled = True
        elif character == ">":
            is_angled = False
        elif character in at and not depth and not is_angled:
            pieces.append(text[start:position])
            start = position + 1
        position += 1
    return [*pieces, text[start:]]


def _address(item: str) -> MailAddress | None:
    before, bracket, after = item.rpartition("<")
    if bracket:
        address, name = after.partition(">")[0].strip(), before
    else:
        bare = _without_comments(item).strip()
        address = bare.rpartition(":")[2].strip()
        name = " ".join(_comments(item))
    if "@" not in address:
        return None
    name = _unquoted(name.rpartition(":")[2].strip() if '"' not in name else name.strip())
    return MailAddress(name=decoded(name)[:500], address="".join(address.split())[:1000])


def _unquoted(text: str) -> str:
    if len(text) < 2 or text[0] != '"':
        return text
    inside = text[1:].partition('"')[0] if "\\" not in text else text[1:].rstrip('"')
    return "".join(_unescaped(inside))


def _unescaped(text: str) -> Iterator[str]:
    is_escaped = False
    for character in text:
        if character == "\\" and not is_escaped:
            is_escaped = True
            continue
        is_escaped = False
        yield character


def _without_comments(text: str) -> str:
    kept, depth = [], 0
    for character in text:
        if character == "(":
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(character)
    return "".join(kept)


def _comments(text: str) -> list[str]:
    return [piece.partition(")")[0].strip() for piece in text.split("(")[1:]]


def _joined(numbered: dict[int, tuple[str, bool]]) -> str:
    charset, pieces = "utf-8", []
    for place, (content, is_encoded) in sorted(numbered.items()):
        if is_encoded and place == 0 and content.count("'") >= 2:
            charset, _, content = content.split("'", 2)
        pieces.append(unquote_to_bytes(content) if is_encoded else content.encode("utf-8", "replace"))
    return one_line(decode_text(b"".join(pieces), charset or "utf-8"))
