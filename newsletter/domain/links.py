"""What is signed for one reader of a letter: the links to leave and to choose, and the Message-ID."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsletter.domain.plain_texts import PlainTexts
from newsletter.domain.slot import Slot
from newsletter.domain.token import sign_letters

__all__ = ["SAMPLE_SECRET", "ReaderLinks"]

SAMPLE_SECRET = bytes(32)
"""Signs the links of letters that are only looked at; a campaign's are signed with the store's secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderLinks:
    """Makes the links of one issue per reader; `secret` signs them, `base_url` is without a final slash.

    `wants_preferences` is False when the letter has no such link, which saves making it.
    """

    secret: bytes
    base_url: str
    slug: str
    wants_preferences: bool = True

    @classmethod
    def make(cls, secret: bytes, base_url: str, slug: str, slots: Iterable[Slot]) -> ReaderLinks:
        """Return the links of issue `slug`, which has `slots`."""
        return cls(
            secret=secret,
            base_url=base_url.rstrip("/"),
            slug=slug,
            wants_preferences=any(slot.name == "preferences_url" for slot in slots),
        )

    def of(self, delivery: str) -> dict[str, str]:
        """Return the link slots of the reader who gets `delivery`."""
        return {name: column[0] for name, column in self.columns([delivery]).items()}

    def columns(self, deliveries: Sequence[str]) -> dict[str, Sequence[str]]:
        """Return each link slot with the link of the reader of each of `deliveries`, in order."""
        return self.letters(deliveries)[0]

    def message_ids(self, deliveries: Sequence[str]) -> list[str]:
        """Return the left part of the Message-ID of each of `deliveries`, in order."""
        return self.letters(deliveries)[1]

    def letters(self, deliveries: Sequence[str]) -> tuple[dict[str, Sequence[str]], list[str]]:
        """Return what `columns` and `message_ids` return, signed once."""
        signed = sign_letters(self.secret, deliveries)
        has_plain_ids = PlainTexts.are(deliveries)
        as_urls = PlainTexts if has_plain_ids and PlainTexts.are([self.base_url]) else list[str]
        wanted = ("unsubscribe", "preferences") if self.wants_preferences else ("unsubscribe",)
        columns: dict[str, Sequence[str]] = {
            f"{purpose}_url": as_urls(signed.tokens(purpose, f"{self.base_url}/{purpose}/"))
            for purpose in wanted
        }
        columns["archive_url"] = [f"{self.base_url}/archive/{self.slug}"] * len(deliveries)
        ids = signed.message_ids()
        return columns, PlainTexts(ids) if has_plain_ids else ids
