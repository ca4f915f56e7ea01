"""Which addresses may be connected to for a link: those of the public internet alone."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

__all__ = ["Address", "MayConnect", "as_address", "is_public"]

Address = IPv4Address | IPv6Address
MayConnect = Callable[[Address], bool]

_TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv6 addresses that stand for an IPv4 address (RFC 6052)."""


def is_public(address: Address) -> bool:
    """Say whether `address` is one that everybody reaches, and not a machine of this network.

    An IPv6 address that carries an IPv4 address is judged by the one it carries.
    """
    if isinstance(address, IPv6Address):
        carried = _carried(address)
        if carried is not None:
            return is_public(carried)
    return address.is_global and not address.is_multicast


def as_address(host: str) -> Address | None:
    """Return `host` as an address when it is written as one, in the usual notation, else None."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.teredo[1] if address.teredo is not None else None
