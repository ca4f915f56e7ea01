"""What became of one reader's mail, as far as anybody told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from newsletter.domain.delivery import DeliveryState
from newsletter.domain.provider_event import BounceClass, EventKind

__all__ = ["ARRIVED", "Fate", "Word"]


class Word(StrEnum):
    """The last word on an accepted mail: of several the first that is true here."""

    BOUNCED = "bounced"  # also after it was delivered: some servers refuse late
    DELIVERED = "delivered"
    DROPPED = "dropped"
    DEFERRED = "deferred"  # the reader's server says: later
    PROCESSED = "processed"  # the provider has it
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """One delivery with all that was told about it.

    `accepted_at` is when its provider took it, or lets it leave; None when it was not accepted. `kinds` are
    the events there were. `lang` is the language of the letter, "" for an issue in one. `bounce`, `status`
    (RFC 3463) and `reason` are those of the gravest bounce or drop.
    """

    delivery_id: str
    email: str
    state: DeliveryState
    accepted_at: datetime | None = None
    kinds: frozenset[EventKind] = frozenset()
    bounce: BounceClass | None = None
    status: str | None = None
    reason: str | None = None
    lang: str = ""

    @property
    def word(self) -> Word:
        """Return the last word on it."""
        kinds = self.kinds
        if EventKind.BOUNCED in kinds:
            return Word.BOUNCED
        if kinds & ARRIVED:  # whoever opened it has it, whatever else was told
            return Word.DELIVERED
        if EventKind.DROPPED in kinds:
            return Word.DROPPED
        if EventKind.DEFERRED in kinds:
            return Word.DEFERRED
        return Word.PROCESSED if EventKind.PROCESSED in kinds else Word.NONE

    @property
    def is_settled(self) -> bool:
        """Say whether somebody told how it ended."""
        return self.word in (Word.BOUNCED, Word.DROPPED, Word.DELIVERED)


ARRIVED = frozenset(
    {
        EventKind.DELIVERED,
        EventKind.OPENED,
        EventKind.CLICKED,
        EventKind.COMPLAINED,
        EventKind.UNSUBSCRIBED,
        EventKind.RESUBSCRIBED,
    }
)
"""Whoever did one of these has the mail."""
