"""What is left of a letter that went out and came back: by which of its signs an answer would be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from newsletter.domain.message_id import read_message_id
from newsletter.domain.read_mail import ReadMail
from newsletter.replies.own_links import linked_deliveries

__all__ = ["CameBack", "Sign", "came_back"]


class Sign(StrEnum):
    """What names a letter, the strongest first."""

    MESSAGE_ID = "its Message-ID"
    BOUNCE_ADDRESS = "the address for bounces"
    LINK = "a link of its own"


@dataclass(frozen=True, slots=True, kw_only=True)
class CameBack:
    """A mail that is the letter, or answers it (`is_answer`), and the signs of the letter that are in it.

    `message_id` is the one it has in place of ours, None where ours is there.
    """

    is_answer: bool
    signs: frozenset[Sign]
    message_id: str | None = None


def came_back(mail: ReadMail, secrets: Sequence[bytes], delivery_id: str) -> CameBack | None:
    """Return what `mail` still has of the letter `delivery_id`; None when it has nothing of it."""
    own_ids = [mail.message_id] if mail.message_id else []
    answered = (*mail.in_reply_to, *mail.references)
    named = {read_message_id(secrets, one) for one in (*answered, *own_ids)}
    texts = (mail.text, mail.html, *(part.text for part in mail.parts))
    envelope = (mail.return_path or "", *mail.delivered_to)
    signs = {
        Sign.MESSAGE_ID: delivery_id in named,
        Sign.BOUNCE_ADDRESS: any(delivery_id in one.lower() for one in envelope),
        Sign.LINK: delivery_id in linked_deliveries(secrets, texts),
    }
    found = frozenset(sign for sign, is_there in signs.items() if is_there)
    if not found:
        return None
    is_changed = Sign.MESSAGE_ID not in found
    return CameBack(
        is_answer=bool(answered),
        signs=found,
        message_id=(answered[0] if answered else mail.message_id) if is_changed else None,
    )
