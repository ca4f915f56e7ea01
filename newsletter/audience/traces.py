"""Finding an address in anything: as it is, and in the ways mail, JSON and the web write it.

Somebody else's address that only ends in it, or begins with it, is never taken for it.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from urllib.parse import quote

__all__ = ["FORGOTTEN", "Traces"]

FORGOTTEN = "[forgotten]"
"""What stands where an address stood."""

# Before it no letter of another address, unless that is the end of an escape: %3A, =3C or \\u003c.
_BEFORE = r"(?:(?<![A-Za-z0-9_.+-])|(?<=[%=][0-9A-Fa-f]{2})|(?<=\\u[0-9A-Fa-f]{4}))"
_AFTER = r"(?![A-Za-z0-9-]|\.[A-Za-z0-9])"
_CONTEXT = 16  # more than any of these looks at behind an address
_STRETCH = 4096  # what is looked at closely at once, in bytes
_SOFT_BREAK = re.compile(rb"=\r?\n")
_PLAIN = re.compile(r"[a-z0-9]+")
_LINE_BREAK = re.compile(rb"\r?\n[ \t]*")


class Traces:
    """The traces of one person: every way in which one of `addresses` may be written."""

    def __init__(self, addresses: Iterable[str]) -> None:
        """Look for `addresses`, in whatever letter case."""
        self.addresses = tuple(dict.fromkeys(addresses))
        forms: dict[str, None] = {}
        for one in self.addresses:
            forms |= dict.fromkeys(_text_forms(one))
        self._forms = tuple(sorted(forms, key=len, reverse=True))
        any_form = "|".join(map(re.escape, self._forms))
        pattern = f"{_BEFORE}(?:{any_form}){_AFTER}"
        self._text = re.compile(pattern, re.IGNORECASE)
        self._bytes = re.compile(pattern.encode(), re.IGNORECASE)
        self._packed = _packed_forms(self.addresses)
        self._seeds = tuple(dict.fromkeys(local.encode() for local, _ in self.probes))
        self._longest = max(map(len, (form.encode() for form in self._forms)), default=0)

    @property
    def probes(self) -> tuple[tuple[str, str], ...]:
        """Return two pieces of each address that every way of writing it has in it, in lower case.

        What holds both may hold the address; it is quick to look for with SQL.
        """
        return tuple(dict.fromkeys(_pieces(one.lower()) for one in self.addresses))

    def clean(self, text: str) -> str:
        """Return `text` with a word in the place of every address."""
        return self._text.sub(FORGOTTEN, text)

    def clean_bytes(self, data: bytes) -> bytes:
        """Return `data` with a word in the place of every address that is not packed up."""
        return self._bytes.sub(FORGOTTEN.encode(), data)

    def are_in(self, data: bytes) -> bool:
        """Say whether an address is in `data`: plain, escaped, folded, in UTF-16, base64 or hexadecimal."""
        if self._is_written_in(data):
            return True
        if (b"=\n" in data or b"=\r\n" in data) and self._is_written_in(_SOFT_BREAK.sub(b"", data)):
            return True  # quoted-printable: RFC 2045 6.7
        if b"\0" in data and any(self._is_written_in(data[start::2]) for start in (0, 1)):
            return True  # UTF-16 in either order: every other byte
        unfolded = _LINE_BREAK.sub(b"", data)
        return any(form in unfolded for form in self._packed)

    def _is_written_in(self, data: bytes) -> bool:
        """Say whether an address is in `data` as text; looks closely only where a piece of one is."""
        low = data.lower()
        for seed in self._seeds:
            at = low.find(seed)
            while at >= 0:
                start, end = max(0, at - self._longest), at + _STRETCH + self._longest
                found = self._bytes.search(data, start, end + _CONTEXT)
                if found and found.end() <= end:  # where it is cut off, the next stretch tells
                    return True
                at = low.find(seed, at + _STRETCH)
        return False

    def lines_in(self, data: bytes) -> list[int]:
        """Return the numbers of the lines of `data` that hold an address as text, from 1."""
        return [number for number, line in enumerate(data.splitlines(), start=1) if self.are_in(line)]


def _pieces(address: str) -> tuple[str, str]:
    local, _, domain = address.rpartition("@")
    return max(_PLAIN.findall(local), key=len, default=""), domain


def _text_forms(address: str) -> list[str]:
    once = json.dumps(address)[1:-1]
    as_is = address.replace("=", "=3D")
    quoted_printable = "".join(char if char.isascii() else _escaped(char) for char in as_is)
    return [
        address,
        once,
        json.dumps(once)[1:-1],
        address.replace("@", "%40"),
        quote(address, safe=""),
        quote(address, safe="@"),
        quoted_printable,
        quoted_printable.replace("@", "=40"),
        address.replace("@", "&#64;"),
    ]


def _is_western(text: str) -> bool:
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def _escaped(char: str) -> str:
    return "".join(f"={byte:02X}" for byte in char.encode())


def _packed_forms(addresses: Iterable[str]) -> tuple[bytes, ...]:
    """Return what is left of the addresses in base64, at each of its three places, and in hexadecimal.

    One beyond ASCII also as it is in UTF-16 and in Windows-1252.
    """
    forms: list[bytes] = []
    for address in addresses:
        for written in {address, address.lower()}:
            if not address.isascii():
                forms += [written.encode("utf-16-le"), written.encode("utf-16-be")]
                forms += [written.encode("cp1252")] if _is_western(written) else []
            for encoding in ("utf-8", "utf-16-le"):
                data = written.encode(encoding)
                forms += [data.hex().encode(), data.hex().upper().encode()]
                for place in range(3):
                    packed = b64encode(b"\0" * place + data)
                    whole = packed[(place * 8 + 5) // 6 : (place + len(data)) * 8 // 6]
                    forms += [whole, whole.replace(b"+", b"-").replace(b"/", b"_")]
    return tuple(dict.fromkeys(forms))
