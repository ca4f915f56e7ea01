"""Networks: those visitors come from, where who has one address often has its neighbours too, and ours."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

__all__ = ["network_problem", "networks_of"]

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


def network_problem(text: str) -> str | None:
    """Return why `text` is no address or network of proxies, such as `10.0.0.0/8`; None when it is one."""
    try:
        network = ip_network(text)
    except ValueError as error:
        return f'"{text}" is no address or network: {error}'
    if network.prefixlen == 0:
        return f'"{text}" is every address there is: whoever visits could claim to come from anywhere'
    return None
