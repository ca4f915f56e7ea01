"""A rendered issue and a reader become one mail, by splicing: what all share is encoded once.

The result reads like what `email.message.EmailMessage` makes of the same parts, at a fraction of the time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from email.utils import format_datetime

from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.slot import Hole, SlottedText, escape_of
from newsletter.render.headers import clean_header, header_field, mailbox_field
from newsletter.render.quoted_printable import encode_end, encode_text, encode_value
from newsletter.render.related import related_head, related_tail

__all__ = ["MessageTemplate"]

_MANAGED_HEADERS = frozenset(
    [
        "from",
        "to",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "mime-version",
        "content-type",
        "content-transfer-encoding",
    ]
)
"""Header fields (lower case) that the builder writes itself; a mailing cannot give them."""

_FIELD_NAME = re.compile(r"[!-9;-~]{1,60}")  # RFC 5322 3.6.8, and short enough for one line
_Filler = Callable[[Recipient], bytes]


class MessageTemplate:
    """The mail of one mailing with everything encoded but what differs per reader.

    Use: `MessageTemplate(mailing).build(recipient)`. Thread-safe; keeps no recipient.
    """

    def __init__(self, mailing: Mailing) -> None:
        """Encode the shared parts. Raises ValueError for an extra header that may not be given."""
        self._pieces: list[bytes] = []
        self._fillers: list[tuple[int, _Filler]] = []
        self._holes: dict[Hole, int] = {}
        self._spots: list[tuple[int, int]] = []
        self._head(mailing)
        self._body(mailing)
        self._distinct = tuple(
            (hole.slot.name, hole.slot.fallback or "", escape_of(hole)) for hole in self._holes
        )  # what `fill_hole` does, with what does not differ done once

    def build(self, recipient: Recipient) -> bytes:
        """Return the complete mail for `recipient` (RFC 5322, CR LF line ends, no Bcc, no envelope).

        Lines are at most 76 characters in the body, 998 in the header. Values are escaped for where they
        stand; line breaks in a header value become spaces, so no value can add a header.
        """
        pieces = self._pieces.copy()
        values = recipient.values
        seen: dict[str, bytes] = {}  # a link is the same text in more than one context
        encoded: list[bytes] = []
        for name, fallback, escape in self._distinct:
            value = escape(values.get(name) or fallback)
            data = seen.get(value)
            if data is None:
                data = seen[value] = encode_value(value)
            encoded.append(data)
        for position, index in self._spots:
            pieces[position] = encoded[index]
        for position, filler in self._fillers:
            pieces[position] = filler(recipient)
        return b"".join(pieces)

    def _head(self, mailing: Mailing) -> None:
        rendered = mailing.rendered
        domain = clean_header(mailing.message_domain)
        self._pieces.append(mailbox_field("From", mailing.sender))
        self._fill(lambda recipient: f"To: {clean_header(recipient.email)}\r\n".encode())
        self._pieces.append(mailbox_field("Reply-To", mailing.reply_to))
        self._header("Subject", rendered.subject)
        self._pieces.append(f"Date: {format_datetime(mailing.date)}\r\n".encode("ascii"))
        self._fill(
            lambda recipient: f"Message-ID: <{clean_header(recipient.message_local)}@{domain}>\r\n".encode()
        )
        self._pieces.append(b"MIME-Version: 1.0\r\n")
        _check_names(mailing.headers)
        for name, value in mailing.headers.items():
            self._header(name, value)

    def _body(self, mailing: Mailing) -> None:
        # "=_" cannot stand in quoted-printable text or in base64, so the boundaries are in no part (RFC 2045
        # 6.7). Neither begins with the other, since some readers compare no further.
        rendered = mailing.rendered
        boundary, related = f"=_{rendered.digest[:32]}", f"=_r{rendered.digest[:31]}"
        embedded = [picture for picture in rendered.pictures if picture.is_embedded]
        self._pieces.append(
            f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n--{boundary}\r\n'.encode(
                "ascii"
            )
        )
        self._text("plain", rendered.text)
        self._pieces.append(f"--{boundary}\r\n".encode("ascii"))
        if embedded:
            self._pieces.append(related_head(related))
        self._text("html", rendered.html)
        if embedded:
            self._pieces.append(related_tail(related, embedded))
        self._pieces.append(f"--{boundary}--\r\n".encode("ascii"))

    def _text(self, subtype: str, text: SlottedText) -> None:
        self._pieces.append(
            f'Content-Type: text/{subtype}; charset="utf-8"\r\n'
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".encode("ascii")
        )
        self._part(text)

    def _part(self, text: SlottedText) -> None:
        parts = text.parts if text.parts and isinstance(text.parts[-1], str) else (*text.parts, "")
        for index, part in enumerate(parts):
            if isinstance(part, Hole):
                number = self._holes.setdefault(part, len(self._holes))
                self._spots.append((len(self._pieces), number))
                self._pieces.append(b"")
            else:
                self._pieces.append(encode_end(part) if index == len(parts) - 1 else encode_text(part))

    def _header(self, name: str, value: SlottedText) -> None:
        if any(True for _ in value.holes()):
            self._fill(lambda recipient: header_field(name, value.fill(recipient.values)))
        else:
            self._pieces.append(header_field(name, value.fill({})))

    def _fill(self, filler: _Filler) -> None:
        self._fillers.append((len(self._pieces), filler))
        self._pieces.append(b"")


def _check_names(headers: Mapping[str, SlottedText]) -> None:
    for name in headers:
        if not _FIELD_NAME.fullmatch(name) or name.lower() in _MANAGED_HEADERS:
            raise ValueError(f"a mailing cannot give the header field {name!r}")
