"""What is left of somebody who is forgotten: a keyed hash of the address.

Nobody can try addresses on it without the key. Keyed BLAKE2b (RFC 7693), 16 bytes.
A plain hash would be no protection: addresses can be guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b

__all__ = ["ERASED_EMAIL", "erased_key", "person_hash", "person_hasher"]

ERASED_EMAIL = "erased@erased.invalid"
"""Stands where an address stood; nothing can be mailed to it (RFC 2606 2)."""

_ERASED = "erased:"
_PERSON = b"person"


def person_hasher(key: bytes) -> Callable[[str], bytes]:
    """Return what gives the 16 bytes behind `person_hash` for many addresses, in a third of the time."""
    copy = blake2b(key=key, digest_size=16, person=_PERSON).copy

    def hashed(email_key: str) -> bytes:
        taking = copy()
        taking.update(email_key.encode())
        return taking.digest()

    return hashed


def person_hash(key: bytes, email_key: str) -> str:
    """Return the hash (32 hex digits) of `email_key` (`address_key`) under the list's own `key`."""
    return blake2b(email_key.encode(), key=key, digest_size=16, person=_PERSON).hexdigest()


def erased_key(hashed: str) -> str:
    """Return what stands in place of the key of an erased address, unique and never an address itself."""
    return _ERASED + hashed
