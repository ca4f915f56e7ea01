"""Groups of fields in the machine-readable part of a report (RFC 3464 2.1, RFC 5965 3, RFC 8098 3.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeAlias

from newsletter.domain.address import AddressError, address_key, normalise_address
from newsletter.replies.mime_headers import header_fields

__all__ = ["Fields", "field_groups", "named_address", "same_address"]

Fields: TypeAlias = Mapping[str, str]

_BLANK = re.compile(rb"\n[ \t\r]*(?=\n)")
_MOST_GROUPS = 500
_ADDRESS = re.compile(r"[^\s<>\"(),;:]{1,64}@[^\s<>\"(),;:]{1,255}")


def field_groups(content: bytes) -> tuple[Fields, ...]:
    """Return the groups of fields in `content`, parted by empty lines; names lower-cased, first stands."""
    blocks = _BLANK.split(content.replace(b"\r\n", b"\n"), maxsplit=_MOST_GROUPS)
    groups = []
    for block in blocks[:_MOST_GROUPS]:
        fields: dict[str, str] = {}
        for name, value in header_fields(block):
            fields.setdefault(name.lower(), value)
        if fields:
            groups.append(fields)
    return tuple(groups)


def named_address(value: str) -> str | None:
    """Return the address in a field such as `rfc822; jan@example.org`, normalised; None where none is."""
    found = _ADDRESS.search(value.rpartition(";")[2][:1000])
    if found is None:
        return None
    try:
        return normalise_address(found[0].strip(".'"))
    except AddressError:
        return None


def same_address(one: str, other: str) -> bool:
    """Tell whether two normalised addresses are of one reader."""
    return address_key(one) == address_key(other)
