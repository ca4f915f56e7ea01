"""A mail that came in, as values: headers, text, HTML, and what else it carries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["Attachment", "MailAddress", "Part", "ReadMail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAddress:
    """A name and an address as somebody wrote them; neither is proven to be right."""

    name: str
    address: str

    def __str__(self) -> str:
        """Render as people write it: `Name <address>`."""
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What is attached, by name and size alone; the bytes stay in the raw mail."""

    file_name: str
    content_type: str
    size_bytes: int
    is_inline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A leaf of the MIME tree (RFC 2045), in reading order.

    `content` is decoded from its transfer encoding, for text, for `message/*`, for `text/rfc822-headers`
    and for whatever stands in a `multipart/report`; empty for everything else. `text` is `content` as
    characters, for `text/*` alone. `depth` is how many multiparts it stands in.
    """

    content_type: str
    file_name: str
    size_bytes: int
    content: bytes
    text: str
    depth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMail:
    """What a raw mail says. What it does not say is None or empty; nothing in here is verified.

    Message ids stand without angle brackets. `headers` are decoded (RFC 2047) but for those of addresses,
    message ids and verdicts, in the order of the mail.
    `text` is what the writer's program gave as plain text, or what its HTML says when there is none; lines
    end in LF. `html` is empty when there is none. `date` is aware.
    """

    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    from_: MailAddress | None = None
    reply_to: tuple[MailAddress, ...] = ()
    to: tuple[MailAddress, ...] = ()
    cc: tuple[MailAddress, ...] = ()
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None
    subject: str = ""
    date: datetime | None = None
    headers: tuple[tuple[str, str], ...] = ()
    text: str = ""
    html: str = ""
    has_plain_text: bool = False
    content_type: str = "text/plain"
    parts: tuple[Part, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def header(self, name: str) -> str | None:
        """Return the first value of `name` in any letter case; None when there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def header_all(self, name: str) -> tuple[str, ...]:
        """Return all values of `name`, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)
