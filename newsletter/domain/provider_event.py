"""What a provider tells later about one mail it took: an event, in one vocabulary for all providers."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

__all__ = ["BounceClass", "EventKind", "ProviderEvent"]


class EventKind(StrEnum):
    """What happened. None of these undoes another, and they may come twice, late and in any order."""

    PROCESSED = "processed"  # the provider has it and will try; proof that it was accepted
    DELIVERED = "delivered"  # the reader's server took it
    DEFERRED = "deferred"  # the reader's server said: later
    BOUNCED = "bounced"  # the reader's server refused it; `bounce` says how
    DROPPED = "dropped"  # the provider took it and will not try, such as for an address it suppresses
    COMPLAINED = "complained"  # the reader called it spam
    UNSUBSCRIBED = "unsubscribed"  # the reader left, by the provider's own link or header
    RESUBSCRIBED = "resubscribed"  # the reader came back there
    OPENED = "opened"
    CLICKED = "clicked"

    __hash__ = str.__hash__  # that of an enum is Python, and thousands of events are counted by it


class BounceClass(StrEnum):
    """Why a mail bounced, told apart by reason; the class of the status code alone says little."""

    HARD = "hard"  # the address does not exist: never mail it again
    SOFT = "soft"  # the mailbox is full, too large a mail, out of order: may work another time
    BLOCKED = "blocked"  # we are refused (reputation, policy, content): says nothing about the reader


class ProviderEvent(NamedTuple):
    """One thing that happened to one mail; a tuple, because thousands are made at a time.

    `event_id` is unique for ever within the provider, or made from what makes the event one of a kind.
    `delivery_id` and `attempt_key` are ours, as they went out with the mail; absent where the provider did
    not give them back. `provider_id` is the provider's id of the message. `reason` is what the reader's
    server said, on one line; `status` its enhanced status code (RFC 3463). `bounce` is set for BOUNCED only.
    """

    event_id: str
    kind: EventKind
    at: datetime
    email: str | None = None
    delivery_id: str | None = None
    attempt_key: str | None = None
    provider_id: str | None = None
    bounce: BounceClass | None = None
    reason: str = ""
    status: str | None = None
