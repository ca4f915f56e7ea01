"""Which letter came back: the Message-ID of what a bounce or a complaint returns."""

from __future__ import annotations

import re
from typing import Final

from newsletter.domain.read_mail import ReadMail
from newsletter.replies.mime_headers import header_fields, message_ids

__all__ = ["returned_header", "returned_letter_id"]

_RETURNED: Final = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_HEADER_BYTES: Final = 100_000
_LONGEST_TEXT: Final = 200_000
_IN_TEXT = re.compile(
    r"^[ \t>]{0,20}message-id:[ \t]{0,20}\n?[ \t>]{0,20}(<[^<>\s]{3,500}>)", re.IGNORECASE | re.MULTILINE
)


def returned_letter_id(mail: ReadMail) -> str | None:
    """Return the id of the letter in `mail`, without brackets: from what came back, else from the threading.

    None where the mail says nothing of it, as many servers do.
    """
    for name, value in returned_header(mail):
        if name.lower() == "message-id":
            return next(iter(message_ids(value)), None)
    found = _IN_TEXT.search(mail.text[:_LONGEST_TEXT])
    if found:
        return found[1][1:-1]
    return next(iter((*mail.in_reply_to, *mail.references)), None)


def returned_header(mail: ReadMail) -> tuple[tuple[str, str], ...]:
    """Return the header fields of the first mail that came back inside `mail`; empty when there is none."""
    for part in mail.parts:
        if part.content_type in _RETURNED:
            block = part.content[:_HEADER_BYTES].replace(b"\r\n", b"\n").lstrip(b"\n")
            fields = header_fields(block.partition(b"\n\n")[0])
            if fields:
                return fields
    return ()
