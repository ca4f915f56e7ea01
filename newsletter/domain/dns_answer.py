"""What the domain name system says of one name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Ask", "DnsAnswer", "RecordType"]


class RecordType(StrEnum):
    """The record types that are asked for (RFC 1035, 3596)."""

    A = "A"
    AAAA = "AAAA"
    CNAME = "CNAME"
    MX = "MX"
    PTR = "PTR"
    TXT = "TXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsAnswer:
    """The records of one type: none when the name has none, or does not exist (`has_name` False).

    Text records are joined as RFC 7208, section 3.3 wants it; MX records are host names, best first, "." for
    a domain that takes no mail (RFC 7505); CNAME and PTR records are host names, in small letters.
    """

    records: tuple[str, ...] = ()
    has_name: bool = True


Ask = Callable[[str, RecordType], DnsAnswer]
"""Returns the records of one type that a name has. Raises CannotAsk when nobody answers for it."""
