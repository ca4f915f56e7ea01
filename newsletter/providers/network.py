"""What every connection to a provider has to know: is the peer on this machine, and what went wrong."""

from __future__ import annotations

import ipaddress

__all__ = ["is_loopback", "network_reason"]


def is_loopback(host: str) -> bool:
    """Say whether `host`, a name or an address, is this machine, so that nothing crosses a network."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def network_reason(error: Exception) -> str:
    """Return on one line what `error` of a socket says, or its kind where it says nothing readable."""
    said = " ".join(str(error).split())
    return said if said and said.isprintable() else type(error).__name__
