"""A letter for everybody: each slot says what its fallback says, and no link belongs to one reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from newsletter.content.slots import TOKEN_PATTERN
from newsletter.domain.slot import LINK_SLOTS, Slot

__all__ = ["NOTHING_KNOWN", "Neutral"]

NOTHING_KNOWN = "…"
"""What a field says to everybody when neither the letter nor the configuration has words for it."""

_OWN_ADDRESS = "archive_url"


@dataclass(slots=True)
class Neutral:
    """Closes the slots of one letter.

    `slots` are those of the letter by their inert token, `words` what a field without fallback says, by its
    name, `address` the letter's own in the archive. `unsaid` gathers the slots nobody has words for.
    """

    slots: Mapping[str, Slot]
    words: Mapping[str, str]
    address: str
    unsaid: dict[str, Slot] = field(default_factory=dict)

    def text(self, text: str) -> str:
        """Return `text` with words in place of each slot; a link of a reader's own is nothing."""
        return TOKEN_PATTERN.sub(lambda match: self._said(match[0]), text) if "nlph" in text else text

    def link(self, url: str) -> str | None:
        """Return `url` for everybody, None when it is a link of a reader's own, such as the one to leave."""
        if "nlph" not in url:
            return url
        for token in TOKEN_PATTERN.findall(url):
            slot = self.slots.get(token)
            if slot is not None and slot.name in LINK_SLOTS and slot.name != _OWN_ADDRESS:
                return None
        return TOKEN_PATTERN.sub(lambda match: self._linked(match[0]), url)

    def _said(self, token: str) -> str:
        slot = self.slots.get(token)
        if slot is None:
            return token
        if slot.name in LINK_SLOTS:
            return self.address if slot.name == _OWN_ADDRESS else ""
        said = slot.fallback or self.words.get(slot.name)
        if not said:
            self.unsaid.setdefault(slot.name, slot)
        return said or NOTHING_KNOWN

    def _linked(self, token: str) -> str:
        slot = self.slots.get(token)
        if slot is not None and slot.name == _OWN_ADDRESS:
            return self.address
        if slot is None:
            return token
        return quote(slot.fallback or self.words.get(slot.name, ""), safe="")
