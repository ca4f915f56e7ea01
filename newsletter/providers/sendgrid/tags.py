"""Slots as SendGrid substitution tags, named so that no text and no value can be mistaken for one.

SendGrid puts a value into text and HTML as it is, so a slot has a tag per way of escaping. Whether it
looks for tags inside values is not documented, so the marker in the tags is chosen per mailing and checked
against every text, and against the values of each batch (`is_free`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256

from newsletter.domain.slot import Hole, SlotContext, SlottedText

__all__ = ["Tags", "markers"]

_SUFFIX = {
    SlotContext.HTML: "h",
    SlotContext.ATTRIBUTE: "h",
    SlotContext.URL: "u",
    SlotContext.HEADER: "s",
    SlotContext.TEXT: "t",
}


def markers(seed: str) -> Iterator[str]:
    """Yield marker after marker, always the same for one `seed`: `-nl` and five hex digits.

    The digits cannot be guessed by whoever filled in a value before the campaign had its id.
    """
    for number in range(1_000):
        yield "-nl" + sha256(f"{seed}\0{number}".encode()).hexdigest()[:5]


class Tags:
    """The tags of one mailing: one for each slot, fallback and way of escaping."""

    def __init__(self, marker: str, texts: Iterable[SlottedText]) -> None:
        """Give every hole in `texts` a tag that starts with `marker`."""
        self.marker = marker
        self._tags: dict[tuple[str, str | None, str], str] = {}
        self._holes: list[Hole] = []
        for text in texts:
            for hole in text.holes():
                self._add(hole)

    @property
    def holes(self) -> tuple[Hole, ...]:
        """Return one hole for each tag, in the order of `names`."""
        return tuple(self._holes)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the tags."""
        return tuple(self._tags.values())

    def write(self, text: SlottedText) -> str:
        """Return `text` with a tag in every hole."""
        return "".join(part if isinstance(part, str) else self._tags[_key(part)] for part in text.parts)

    def is_free(self, text: str, expected: int) -> bool:
        """Say whether `text` holds the marker `expected` times, so that nothing else looks like a tag."""
        return text.count(self.marker) == expected

    def _add(self, hole: Hole) -> None:
        key = _key(hole)
        if key in self._tags:
            return
        name, _, suffix = key
        number = sum(1 for other in self._tags if (other[0], other[2]) == (name, suffix))
        label = f"{name}.{number}" if number else name
        self._tags[key] = f"{self.marker}:{label}:{suffix}-"
        self._holes.append(hole)


def _key(hole: Hole) -> tuple[str, str | None, str]:
    suffix = _SUFFIX[hole.context]
    if suffix == "u" and hole.slot.is_link:
        suffix = "h"  # a whole link is only escaped, as in any attribute
    return hole.slot.name, hole.slot.fallback, suffix
