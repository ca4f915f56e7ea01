"""A record to publish in the DNS, written as a zone file and as a provider's form want it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from newsletter.domain.dns_answer import RecordType

__all__ = ["DnsRecord"]

_STRING_BYTES = 255
"""A string in a TXT record is no longer (RFC 1035, section 3.3); what is longer becomes several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsRecord:
    """One record: `name` and host names in `value` without a final dot, `value` of a TXT without quotes.

    `value` of an MX is its preference, a space and the host. `replaces` is the text that has to go, if any.
    """

    name: str
    type: RecordType
    value: str
    replaces: tuple[str, ...] = ()

    @property
    def zone_line(self) -> str:
        """Return it as a line of a zone file (RFC 1035, section 5)."""
        return f"{self.name}.  IN  {self.type}  {self._data}"

    @property
    def _data(self) -> str:
        if self.type is RecordType.TXT:
            return " ".join(f'"{_escaped(piece)}"' for piece in _pieces(self.value))
        if self.type in (RecordType.CNAME, RecordType.MX, RecordType.PTR):
            return f"{self.value}."
        return self.value


def _pieces(text: str) -> Iterator[str]:
    """Yield `text` in pieces of at most 255 bytes, never cut within a character."""
    piece, size = "", 0
    for character in text:
        width = len(character.encode("utf-8", "surrogateescape"))
        if size + width > _STRING_BYTES:
            yield piece
            piece, size = "", 0
        piece, size = piece + character, size + width
    yield piece


def _escaped(piece: str) -> str:
    plain = piece.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(
        one if " " <= one <= "~" else "".join(f"\\{byte:03d}" for byte in one.encode("utf-8", "replace"))
        for one in plain
    )
