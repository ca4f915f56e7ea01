"""What a provider is given to send: the parts all readers share, and one recipient's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.domain.address import Mailbox
from newsletter.domain.rendered import RenderedIssue
from newsletter.domain.slot import SlottedText

__all__ = ["Mailing", "Recipient"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """One rendered issue on its way to an audience: content, sender and headers.

    `headers` are the extra header fields of every message (List-Id, List-Unsubscribe,
    List-Unsubscribe-Post, …), with holes; From, To, Reply-To, Subject, Date and Message-ID are the
    message builder's. `date` is fixed when the campaign is planned, so that a repeat has the same bytes.
    `message_domain` is the right part of each Message-ID, `Recipient.message_local` the left.
    `campaign_id` is opaque (no personal data).
    """

    campaign_id: str
    rendered: RenderedIssue
    sender: Mailbox
    reply_to: Mailbox
    date: datetime
    message_domain: str
    headers: Mapping[str, SlottedText] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One reader of one mailing.

    `position` is the place in the batch, from 0. `delivery_id` is opaque and unique (32 hex digits);
    it is what the provider sends back in events. `message_id` is the same id signed
    (`domain.message_id`), absent where nobody needs to recognise an answer.
    `values` holds a string per slot name, links included.
    """

    position: int
    delivery_id: str
    email: str
    values: Mapping[str, str]
    message_id: str = ""

    @property
    def message_local(self) -> str:
        """Return the left part of the Message-ID."""
        return self.message_id or self.delivery_id
