"""Slots: places filled per reader, and text that still has them open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape as escape_html
from urllib.parse import quote

from newsletter.source import Place

__all__ = [
    "LINK_SLOTS",
    "SERVICE_LINKS",
    "SLOT_NAME",
    "Hole",
    "Slot",
    "SlotContext",
    "SlottedText",
    "escape_of",
    "fill_hole",
]

LINK_SLOTS = ("unsubscribe_url", "preferences_url", "archive_url")
"""Slots that hold a complete link made for the reader; every other slot is a field."""

SERVICE_LINKS = ("confirm_url", "never_url")
"""Slots that hold such a link in a mail to one person; letters do not have them."""


SLOT_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class SlotContext(StrEnum):
    """Where a value lands, which decides how it is escaped."""

    HTML = "html"
    ATTRIBUTE = "attribute"
    URL = "url"
    HEADER = "header"
    TEXT = "text"
    TEXT_URL = "text_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A named place with its fallback, the text used when a reader has no value (None: none given)."""

    name: str
    fallback: str | None = None
    place: Place | None = None

    @property
    def is_link(self) -> bool:
        """Say whether the slot holds one of the links made per reader."""
        return self.name in LINK_SLOTS or self.name in SERVICE_LINKS

    def value(self, values: Mapping[str, str]) -> str:
        """Return the reader's value, else the fallback, else nothing."""
        return values.get(self.name) or self.fallback or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A slot at one spot, with the context of that spot."""

    slot: Slot
    context: SlotContext


@dataclass(frozen=True, slots=True)
class SlottedText:
    """Text with holes: fixed strings and holes in reading order."""

    parts: tuple[str | Hole, ...]

    @classmethod
    def fixed(cls, text: str) -> SlottedText:
        """Return `text` as slotted text without holes."""
        return cls((text,))

    def holes(self) -> Iterator[Hole]:
        """Yield the holes in reading order."""
        for part in self.parts:
            if isinstance(part, Hole):
                yield part

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text for a reader with `values`, each escaped for the context of its hole."""
        return "".join(part if isinstance(part, str) else fill_hole(part, values) for part in self.parts)

    def settled(self, name: str, value: str) -> SlottedText:
        """Return the text with `value` in every hole of the slot `name`, as a reader with it has it."""
        if all(hole.slot.name != name for hole in self.holes()):
            return self
        return SlottedText(
            tuple(
                fill_hole(part, {name: value}) if isinstance(part, Hole) and part.slot.name == name else part
                for part in self.parts
            )
        )

    def shape(self) -> str:
        """Return the text with every hole as `{{ name }}`, for digests and for people."""
        return "".join(
            part if isinstance(part, str) else f"{{{{ {part.slot.name} }}}}" for part in self.parts
        )


def fill_hole(hole: Hole, values: Mapping[str, str]) -> str:
    """Return the reader's value for `hole`, escaped for its context: see `escape_of`."""
    return escape_of(hole)(hole.slot.value(values))


def escape_of(hole: Hole) -> Callable[[str], str]:
    """Return what escapes a value for `hole`.

    HTML and ATTRIBUTE escape `& < > " '`; URL percent-encodes a field (RFC 3986 2.1) but keeps a whole
    link as it is, and escapes it as an attribute; HEADER turns line breaks into a space
    (RFC 5322 2.2: no header injection); TEXT stays; TEXT_URL, an address in plain text, is URL without
    the HTML.
    """
    if hole.context is SlotContext.TEXT:
        return str
    if hole.context is SlotContext.TEXT_URL:
        return str if hole.slot.is_link else _quoted
    if hole.context is SlotContext.HEADER:
        return _on_one_line
    if hole.context is SlotContext.URL and not hole.slot.is_link:
        return _quoted_html
    return escape_html


def _quoted(value: str) -> str:
    return quote(value, safe="")


def _quoted_html(value: str) -> str:
    return escape_html(quote(value, safe=""))


def _on_one_line(value: str) -> str:
    return " ".join(value.split())
