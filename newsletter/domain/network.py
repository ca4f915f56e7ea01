"""Networks that visitors come from: who has one address here often has all of its neighbours too."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

__all__ = ["networks_of"]

_UNKNOWN = "unknown"
_HOME, _AROUND = {4: 32, 6: 64}, {4: 24, 6: 48}


def networks_of(address: str | None) -> tuple[str, str]:
    """Return the network that is one visitor's, and the one around it.

    One IPv4 address or an IPv6 /64 (RFC 6177: a home gets no less); around it a /24 or a /48. An IPv4
    address written as IPv6 counts as IPv4 (RFC 4291 2.5.5.2). What is no address is all one visitor.
    """
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return _UNKNOWN, _UNKNOWN
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    home, around = (
        ip_network((int(found), sizes[found.version]), strict=False) for sizes in (_HOME, _AROUND)
    )
    return str(home), str(around)
