"""Ports for programs that have to be told one, and cannot be given 0."""

from __future__ import annotations

import random
import socket
from contextlib import closing, suppress

__all__ = ["free_ports"]

_OWN = range(10_000, 20_000)
"""Below those that systems hand out by themselves, where anybody's next connection might take one."""

_CHANCE = random.SystemRandom()  # the usual one begins alike in every process of tests


def free_ports(many: int) -> list[int]:
    """Return `many` ports of 127.0.0.1 that nobody listens on."""
    found: list[int] = []
    for port in _CHANCE.sample(_OWN, len(_OWN)):
        if len(found) == many:
            break
        with closing(socket.socket()) as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            found.append(port)
    return found
