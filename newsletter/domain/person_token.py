"""Signed tokens for people without a delivery: bound to a purpose, a person and a time.

A token is `CLAIM.MAC`: 24 bytes of base64url (RFC 4648 5) with subscriber id, nonce and expiry, and 16
bytes of keyed BLAKE2b (RFC 7693) over purpose and claim. Tokens of a letter's own links are another kind,
in `domain.token`; neither is ever taken for the other, since what is signed begins with another word.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as BinasciiError
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from struct import Struct

__all__ = ["PersonClaim", "read_person_token", "sign_person_token"]

_CLAIM = Struct(">QQQ")  # subscriber, nonce, seconds since 1970 (0: no end)
_TOKEN_LENGTH = 32 + 1 + 22
_LATEST = 253_402_300_799  # the last second of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonClaim:
    """What a token says: who, the `nonce` (16 hex digits) it was made with, and until when it holds."""

    subscriber_id: int
    nonce: str
    expires: datetime | None

    def holds_at(self, now: datetime) -> bool:
        """Say whether the token is still good at `now`."""
        return self.expires is None or now < self.expires


def sign_person_token(secret: bytes, purpose: str, claim: PersonClaim) -> str:
    """Return a token that allows `purpose` (such as "confirm") for the person in `claim`."""
    end = int(claim.expires.timestamp()) if claim.expires else 0
    packed = _CLAIM.pack(claim.subscriber_id, int(claim.nonce, 16), end)
    return f"{_text(packed)}.{_mac(secret, purpose, packed)}"


def read_person_token(secrets: Iterable[bytes], purpose: str, token: str) -> PersonClaim | None:
    """Return the claim in `token` when any of `secrets` signed it for `purpose`, else None.

    Whether it still holds is another question, so that who comes too late can be told so: `holds_at`.
    """
    if len(token) != _TOKEN_LENGTH or not token.isascii():
        return None
    text, _, mac = token.partition(".")
    try:
        packed = urlsafe_b64decode(text)
    except (BinasciiError, ValueError):
        return None
    if len(packed) != _CLAIM.size or _text(packed) != text:  # one claim has one spelling
        return None
    matches = [hmac.compare_digest(mac, _mac(secret, purpose, packed)) for secret in secrets]
    subscriber_id, nonce, end = _CLAIM.unpack(packed)
    if not any(matches) or end > _LATEST:
        return None
    expires = datetime.fromtimestamp(end, UTC) if end else None
    return PersonClaim(subscriber_id=subscriber_id, nonce=f"{nonce:016x}", expires=expires)


def _mac(secret: bytes, purpose: str, packed: bytes) -> str:
    key = blake2b(secret).digest() if len(secret) > blake2b.MAX_KEY_SIZE else secret
    signed = blake2b(f"person\0{purpose}\0".encode() + packed, key=key, digest_size=16)
    return _text(signed.digest())


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
