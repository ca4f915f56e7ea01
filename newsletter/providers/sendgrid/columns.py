"""Values of many readers escaped and made JSON at once: a call per column instead of one per value.

The result is what `fill_hole` and `json.dumps` give value by value; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from json.encoder import encode_basestring_ascii
from urllib.parse import quote

from newsletter.domain.mailing import Recipient
from newsletter.domain.slot import Slot

__all__ = ["SlotColumn", "escape_value", "json_strings"]

_SEPARATOR = "\x1f"
_SEPARATOR_IN_JSON = "\\u001f"


def json_strings(texts: Sequence[str]) -> list[str]:
    """Return each text as the inside of a JSON string, in ASCII."""
    inside = encode_basestring_ascii(_SEPARATOR.join(texts))[1:-1].split(_SEPARATOR_IN_JSON)
    if len(inside) == len(texts):
        return inside
    # A text holds the separator, or spells its escape.
    return [encode_basestring_ascii(text)[1:-1] for text in texts]


class SlotColumn:
    """What each recipient has for one slot, the fallback where there is nothing."""

    def __init__(self, slot: Slot, recipients: Sequence[Recipient]) -> None:
        """Collect the values of `slot`."""
        name, instead = slot.name, slot.fallback or ""
        self._values = [recipient.values.get(name) or instead for recipient in recipients]
        self._joined = _SEPARATOR.join(self._values)
        self._is_clean = self._joined.count(_SEPARATOR) < max(len(self._values), 1)
        self._plain: list[str] | None = None

    def holds(self, marker: str) -> bool:
        """Say whether `marker` stands in any value."""
        return marker in self._joined

    def check_characters(self) -> None:
        """Raise UnicodeEncodeError when a value holds half a character."""
        if not self._joined.isascii():
            self._joined.encode()

    def as_json(self, way: str) -> list[str]:
        """Return each value escaped in `way` (see `escape_value`), as the inside of a JSON string."""
        if way == "h" and self._is_clean:
            escaped = escape(self._joined)
            if escaped != self._joined:
                return json_strings(escaped.split(_SEPARATOR))
        elif way != "t":
            values = [_WAYS[way](value) for value in self._values]
            if values != self._values:
                return json_strings(values)
        if self._plain is None:
            self._plain = json_strings(self._values)
        return self._plain


def escape_value(value: str, way: str) -> str:
    """Return `value` as text (`t`), as a header (`s`), as HTML (`h`) or in a URL in HTML (`u`)."""
    return _WAYS[way](value)


def _as_header(value: str) -> str:
    return " ".join(value.split())


def _as_url(value: str) -> str:
    return escape(quote(value, safe=""))


_WAYS: Mapping[str, Callable[[str], str]] = {"t": str, "s": _as_header, "h": escape, "u": _as_url}
