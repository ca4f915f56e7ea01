"""Mail in: what a mailbox hands over, byte for byte."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from newsletter.domain.inbound_mail import MailboxCursor

__all__ = ["Incoming"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A raw mail and where it comes from.

    `source` and `key` name it for ever: the same two are the same mail. `cursor` is how far the source is
    read once this one is kept. `day` is when it came in, None where that is not known.
    """

    source: str
    key: str
    raw: bytes
    cursor: MailboxCursor | None = None
    day: date | None = None
