"""An answer of the author to one mail: a mail to one person, sent once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from newsletter.domain.delivery import BatchState

__all__ = ["Answer", "Draft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An answer before it is written down: to whom, about what, and how it hangs in the conversation.

    `in_reply_to` and `references` are Message-IDs without angle brackets (RFC 5322 3.6.4). `quoted` is what
    stands below the author's own words.
    """

    inbound_id: int
    to_address: str
    to_name: str
    subject: str
    in_reply_to: str | None
    references: tuple[str, ...]
    quoted: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One row: what was written, and where it stands, as a batch of one does (`domain.delivery`).

    `key` is unique: the same answer cannot be written down twice, and so not sent twice. `message_id` is
    without angle brackets.
    """

    id: int
    inbound_id: int
    key: str
    state: BatchState
    message_id: str
    to_address: str
    subject: str
    body: str
    created_at: datetime
    attempt: int = 0
    attempt_key: str | None = None
    body_digest: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    provider: str | None = None
    detail: str | None = None
