"""Who sent too much that is forged: counted by network, for a minute, in bounded memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

__all__ = ["Strikes"]


class Strikes:
    """Knows which networks failed `most` times within `span_s` seconds, and until when that counts."""

    def __init__(
        self, monotonic: Callable[[], float], *, most: int = 30, span_s: float = 60.0, networks: int = 10_000
    ) -> None:
        """Count by the clock `monotonic`, in seconds; of more than `networks` the oldest is forgotten."""
        self._monotonic = monotonic
        self._most = most
        self._span_s = span_s
        self._networks = networks
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()  # since when, how many

    def add(self, address: str) -> None:
        """Count one failure of whoever asks from `address`."""
        name, now = _network(address), self._monotonic()
        since, number = self._counts.pop(name, (now, 0))
        self._counts[name] = (since, number + 1) if now - since < self._span_s else (now, 1)
        if len(self._counts) > self._networks:
            self._counts.popitem(last=False)

    def wait_s(self, address: str) -> int:
        """Return for how many seconds it still counts that `address` failed too often; 0: it did not."""
        since, number = self._counts.get(_network(address), (0.0, 0))
        left = since + self._span_s - self._monotonic()
        return int(left) + 1 if number >= self._most and left > 0 else 0


def _network(address: str) -> str:
    """Return the network an address counts for: itself, or its /64 (RFC 4291: what one site has of IPv6)."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        return f"{int(found) >> 64:x}"
    return str(found)
