"""The MIME tree of a mail from bytes (RFC 2045, RFC 2046): leaves in reading order, whatever the bytes are.

The standard library parses MIME too, but it recurses once for each multipart and tries every boundary
above on every line, so that a mail of a few kilobytes makes it fall and one of a megabyte makes it hang.
Here each byte is looked at once for each of at most `DEEPEST` multiparts.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.replies.mime_headers import base64_bytes, header_fields, parameters

__all__ = ["DEEPEST", "MOST_LEAVES", "Leaf", "leaves", "split_header"]

DEEPEST = 20
MOST_LEAVES = 500
_LONGEST_HEADER = 500_000
_LONGEST_BOUNDARY = 200  # RFC 2046 5.1.1 allows 70
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A part that is no multipart. `within` names the multiparts around it, outermost first.

    `branch` numbers, for each of those, the part of it this leaf stands in.
    """

    content_type: str
    parameters: dict[str, str]
    disposition: str
    file_name: str
    encoding: str
    body: bytes
    within: tuple[str, ...]
    branch: tuple[int, ...]

    def content(self) -> bytes:
        """Return the body, decoded from its transfer encoding (RFC 2045 6)."""
        if self.encoding == "base64":
            return base64_bytes(self.body)
        if self.encoding == "quoted-printable":
            return binascii.a2b_qp(self.body)
        if self.encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return b"".join(_uudecoded(self.body))
        return self.body


def split_header(raw: bytes) -> tuple[bytes, bytes]:
    """Return header block and body of a mail or part; line ends in either may be CRLF, LF or CR."""
    if raw[:1] == b"\n" or raw[:2] == b"\r\n":
        return b"", raw[2 if raw[:1] == b"\r" else 1 :]
    found = _BLANK_LINE.search(raw, 0, _LONGEST_HEADER)
    if found is None:
        return raw[:_LONGEST_HEADER], raw[_LONGEST_HEADER:]
    return raw[: found.start()], raw[found.end() :]


def leaves(raw: bytes) -> tuple[str, tuple[Leaf, ...]]:
    """Return the content type of the mail and its leaves in reading order."""
    found: list[Leaf] = []
    waiting: list[tuple[bytes, str, tuple[str, ...], tuple[int, ...]]] = [(raw, "text/plain", (), ())]
    whole = ""
    while waiting and len(found) < MOST_LEAVES:
        part, otherwise, within, branch = waiting.pop()
        header, body = split_header(part)
        fields = {name.lower(): value for name, value in reversed(header_fields(header))}
        content_type, given = _content_type(fields.get("content-type", ""), otherwise)
        whole = whole or content_type
        boundary = given.get("boundary", "")[:_LONGEST_BOUNDARY].encode("utf-8", "replace").rstrip()
        if content_type.startswith("multipart/") and boundary and len(within) < DEEPEST:
            children = list(_children(body, boundary))
            if children:
                inner = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
                around = (*within, content_type)
                waiting += reversed(
                    [(child, inner, around, (*branch, number)) for number, child in enumerate(children)]
                )
                continue
        found.append(_leaf(fields, content_type, given, body, within, branch))
    return whole, tuple(found)


def _content_type(value: str, otherwise: str) -> tuple[str, dict[str, str]]:
    kind, given = parameters(value)
    kind = "".join(kind.split())
    return (kind if kind.count("/") == 1 else "text/plain" if value else otherwise), given


def _leaf(
    fields: dict[str, str],
    content_type: str,
    given: dict[str, str],
    body: bytes,
    within: tuple[str, ...],
    branch: tuple[int, ...],
) -> Leaf:
    disposition, named = parameters(fields.get("content-disposition", ""))
    is_broken = content_type.startswith("multipart/")
    return Leaf(
        content_type="text/plain" if is_broken else content_type,
        parameters=given,
        disposition=disposition,
        file_name=(named.get("filename") or given.get("name") or "")[:500],
        encoding=fields.get("content-transfer-encoding", "").split(";")[0].strip().lower(),
        body=body,
        within=within,
        branch=branch,
    )


def _children(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """Yield the parts between the lines of `boundary`; the last needs no end (RFC 2046 5.1.1)."""
    mark = b"--" + boundary
    start = -1
    at = 0 if body.startswith(mark) else _next_mark(body, mark, 0)
    while at >= 0:
        after = at + len(mark)
        line_end = body.find(b"\n", after)
        line_end = len(body) if line_end < 0 else line_end
        rest = body[after : min(line_end, after + _LONGEST_BOUNDARY)].rstrip()
        is_last = rest == b"--"
        if rest and not is_last:  # another boundary that begins with this one
            at = _next_mark(body, mark, after)
            continue
        if start >= 0:
            yield _without_line_end(body[start:at])
        start = -1 if is_last else line_end + 1
        if is_last:
            return
        at = _next_mark(body, mark, line_end)
    if start >= 0:
        yield body[start:]


def _next_mark(body: bytes, mark: bytes, start: int) -> int:
    at = body.find(b"\n" + mark, start)
    return at + 1 if at >= 0 else -1


def _without_line_end(part: bytes) -> bytes:
    if part.endswith(b"\r\n"):
        return part[:-2]
    return part[:-1] if part.endswith(b"\n") else part


def _uudecoded(body: bytes) -> Iterator[bytes]:
    for line in body.splitlines():
        if line.startswith(b"begin ") or line.strip() in (b"end", b"`"):
            continue
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            continue
