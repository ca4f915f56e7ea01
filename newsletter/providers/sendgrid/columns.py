"""Values of many readers escaped and made JSON at once: a call per column instead of one per value.

The result is what `fill_hole` and `json.dumps` give value by value; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from json.encoder import encode_basestring_ascii
from urllib.parse import quote

from newsletter.domain.plain_texts import PlainTexts
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.domain.slot import Slot

__all__ = ["SlotColumn", "escape_value", "json_strings"]

_SEPARATOR = "\x1f"
_SEPARATOR_IN_JSON = "\\u001f"
# ASCII that JSON leaves as it is (RFC 8259 7).
_PLAIN = bytes(code for code in range(0x20, 0x7F) if chr(code) not in '"\\')
# ASCII that HTML and a header leave as it is, too: links are made of it.
_BARE = bytes(code for code in _PLAIN if chr(code) not in " &<>'")


def json_strings(texts: Sequence[str]) -> Sequence[str]:
    """Return each text as the inside of a JSON string, in ASCII."""
    if isinstance(texts, PlainTexts):
        return texts
    joined = _SEPARATOR.join(texts)
    if _is_made_of(_PLAIN, joined, len(texts)):
        return texts
    inside = encode_basestring_ascii(joined)[1:-1].split(_SEPARATOR_IN_JSON)
    if len(inside) == len(texts):
        return inside
    # A text holds the separator, or spells its escape.
    return [encode_basestring_ascii(text)[1:-1] for text in texts]


def _is_made_of(letters: bytes, joined: str, count: int) -> bool:
    """Say whether the `count` texts in `joined` hold `letters` alone; the quickest way there is."""
    if not joined.isascii():
        return False
    return joined.encode("ascii").translate(None, letters) == _SEPARATOR.encode("ascii") * (count - 1)


class SlotColumn:
    """What each recipient has for one slot, the fallback where there is nothing."""

    def __init__(self, slot: Slot, recipients: RecipientColumns) -> None:
        """Collect the values of `slot`."""
        values, instead = recipients.column(slot.name), slot.fallback
        values = [value or instead for value in values] if instead else values
        # What all have alike, such as the address of the archive, is looked at once.
        self._is_one = len(values) > 1 and values.count(values[0]) == len(values)
        self._values = values[:1] if self._is_one else values
        self._joined = _SEPARATOR.join(self._values)
        self._is_bare = isinstance(values, PlainTexts) or _is_made_of(_BARE, self._joined, len(self._values))
        self._is_clean = self._joined.count(_SEPARATOR) < max(len(self._values), 1)
        self._unescaped: Sequence[str] | None = None

    def holds(self, marker: str) -> bool:
        """Say whether `marker` stands in any value."""
        return marker in self._joined

    def check_characters(self) -> None:
        """Raise UnicodeEncodeError when a value holds half a character."""
        if not self._joined.isascii():
            self._joined.encode()

    def as_json(self, way: str) -> str | Sequence[str]:
        """Return each value escaped in `way` (see `tags.way_of`), as the inside of a JSON string.

        A value that all have is returned once, by itself.
        """
        inside = self._values if self._is_bare and way != "u" else self._escaped(way)
        return inside[0] if self._is_one else inside

    def _escaped(self, way: str) -> Sequence[str]:
        if self._changes_in(way):
            if way == "h" and self._is_clean:
                return json_strings(escape(self._joined).split(_SEPARATOR))
            return json_strings([_WAYS[way](value) for value in self._values])
        if self._unescaped is None:
            self._unescaped = json_strings(self._values)
        return self._unescaped

    def _changes_in(self, way: str) -> bool:
        """Say whether escaping may change any value."""
        if way == "h":
            return any(sign in self._joined for sign in "&<>\"'")
        return way != "t"


def escape_value(value: str, way: str) -> str:
    """Return `value` escaped in one of the ways of `tags.way_of`."""
    return _WAYS[way](value)


def _as_header(value: str) -> str:
    return " ".join(value.split())


def _as_url(value: str) -> str:
    return quote(value, safe="")


_WAYS: Mapping[str, Callable[[str], str]] = {"t": str, "s": _as_header, "h": escape, "u": _as_url}
