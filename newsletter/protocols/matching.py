"""What matching a mail that came in asks of memory; read-only, a few indexed queries each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from newsletter.domain.inbound_match import FoundReader, RecentLetter, SentLetter

__all__ = ["MatchDesk"]


class MatchDesk(Protocol):
    """Letters that left and whose they were. Raises StoreError."""

    def now(self) -> datetime:
        """Return the time, for mails that do not say when they were written."""

    def secrets(self) -> Sequence[bytes]:
        """Return every key that ever signed, the current one first."""

    def letters(self, delivery_ids: Collection[str]) -> Mapping[str, SentLetter]:
        """Return the letters among `delivery_ids`, by id; what is not known is left out."""

    def letters_known_as(self, message_ids: Collection[str]) -> Mapping[str, SentLetter]:
        """Return the letters by other Message-IDs: a provider's, or that of an answer of the author.

        `message_ids` are without angle brackets; a provider's id counts when it is all before the @.
        """

    def reader(self, email_key: str) -> FoundReader | None:
        """Return whose address `email_key` is, or was when a letter went there."""

    def recent(self, reader: FoundReader, since: datetime, until: datetime) -> Sequence[RecentLetter]:
        """Return what left for `reader` between two moments, the latest first."""
