"""Slots as SendGrid substitution tags, named so that no text and no value can be mistaken for one.

SendGrid puts a value into text and HTML as it is, so a slot has a tag per way of escaping. Whether it
looks for tags inside values is not documented, so the marker in the tags is chosen per mailing and checked
against every text, and against the values of each batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from newsletter.domain.slot import Hole, Slot, SlotContext, SlottedText

__all__ = ["Tag", "Tags", "markers", "way_of"]

_WAYS = {
    SlotContext.HTML: "h",
    SlotContext.ATTRIBUTE: "h",
    SlotContext.URL: "u",
    SlotContext.HEADER: "s",
    SlotContext.TEXT: "t",
    SlotContext.TEXT_URL: "u",
}


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, the slot whose value it stands for, and the way that value is escaped."""

    name: str
    slot: Slot
    way: str


def markers(seed: str) -> Iterator[str]:
    """Yield marker after marker, always the same for one `seed`: `-nl` and five hex digits.

    The digits cannot be guessed by whoever filled in a value before the campaign had its id.
    """
    for number in count():
        yield "-nl" + sha256(f"{seed}\0{number}".encode()).hexdigest()[:5]


def way_of(hole: Hole) -> str:
    """Return how the value in `hole` is escaped.

    `t` not, `s` as a header, `h` as HTML, `u` percent-encoded (of what that leaves HTML escapes nothing).
    """
    if hole.slot.is_link and hole.context in (SlotContext.URL, SlotContext.TEXT_URL):
        return "h" if hole.context is SlotContext.URL else "t"  # a whole link stays whole
    return _WAYS[hole.context]


class Tags:
    """The tags of one mailing: one for each slot, fallback and way of escaping."""

    def __init__(self, marker: str, texts: Iterable[SlottedText]) -> None:
        """Give every hole in `texts` a tag that starts with `marker`."""
        self.marker = marker
        self._tags: dict[tuple[str, str | None, str], Tag] = {}
        for text in texts:
            for hole in text.holes():
                self._add(hole)

    def __iter__(self) -> Iterator[Tag]:
        """Yield the tags."""
        return iter(self._tags.values())

    def write(self, text: SlottedText) -> str:
        """Return `text` with a tag in every hole."""
        return "".join(part if isinstance(part, str) else self._tags[_key(part)].name for part in text.parts)

    def _add(self, hole: Hole) -> None:
        key = _key(hole)
        if key in self._tags:
            return
        name, _, way = key
        number = sum(1 for tag in self if (tag.slot.name, tag.way) == (name, way))
        label = f"{name}.{number}" if number else name
        self._tags[key] = Tag(f"{self.marker}:{label}:{way}-", hole.slot, way)


def _key(hole: Hole) -> tuple[str, str | None, str]:
    return hole.slot.name, hole.slot.fallback, way_of(hole)
