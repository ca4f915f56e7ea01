"""Signed tokens in a letter's own links: bound to a purpose and a delivery, not guessable.

A token is `DELIVERY_ID.MAC`: the delivery's 32 hex digits and 22 characters of base64url, 132 bits of keyed
BLAKE2b (RFC 7693). What a letter carries of them, two links and its Message-ID, are parts of one hash over
the delivery: parts of a keyed hash tell nothing of each other, and a campaign asks for one hash per reader
instead of three. Any other purpose has a hash of its own, over purpose and text.
"""

from __future__ import annotations

import hmac
from binascii import b2a_base64
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from hashlib import blake2b

__all__ = ["SignedLetters", "delivery_id", "delivery_ids", "read_token", "sign_letters", "sign_token"]

_ID_BYTES = 16
_LETTER_BYTES = 54  # 18 for each link, which are 24 characters of base64, and 18 for the Message-ID
_LETTER_CHARACTERS = _LETTER_BYTES * 4 // 3
_PURPOSES_AT = {"unsubscribe": 0, "preferences": 24}
_MESSAGE_AT = 36 * 2
_MAC_CHARACTERS = 22
_MESSAGE_DIGITS = 20
_URLSAFE = bytes.maketrans(b"+/", b"-_")  # RFC 4648 5


class SignedLetters:
    """The letters of some deliveries, signed for all that a letter carries."""

    def __init__(self, deliveries: Sequence[str], digests: bytes) -> None:
        """Keep `deliveries` with the digest of each, joined."""
        self._deliveries = deliveries
        self._digests = digests

    def tokens(self, purpose: str, before: str = "") -> list[str]:
        """Return the token of each delivery for `purpose`, "unsubscribe" or "preferences", after `before`."""
        text, begin = self._text, _PURPOSES_AT[purpose]
        places = range(begin, len(text) + begin, _LETTER_CHARACTERS)
        return [
            f"{before}{one}.{text[at : at + _MAC_CHARACTERS]}"
            for at, one in zip(places, self._deliveries, strict=True)
        ]

    def message_ids(self) -> list[str]:
        """Return the left part of the Message-ID of each delivery: the id, and 80 bits as hex digits."""
        text = self._digests.hex()
        places = range(_MESSAGE_AT, len(text) + _MESSAGE_AT, _LETTER_BYTES * 2)
        return [
            f"{one}.{text[at : at + _MESSAGE_DIGITS]}"
            for at, one in zip(places, self._deliveries, strict=True)
        ]

    @cached_property
    def _text(self) -> str:
        return b2a_base64(self._digests, newline=False).translate(_URLSAFE).decode()


def sign_letters(secret: bytes, deliveries: Sequence[str]) -> SignedLetters:
    """Return the letters of `deliveries`, each signed by one hash."""
    return SignedLetters(deliveries, _digests(_keyed(secret, b"letter\0", _LETTER_BYTES), deliveries))


def delivery_id(secret: bytes, issue: str, key: str) -> str:
    """Return the opaque id of the delivery of `issue` (a slug) to the reader known as `key`."""
    return delivery_ids(secret, issue, [key])[0]


def delivery_ids(secret: bytes, issue: str, keys: Sequence[str]) -> list[str]:
    """Return what `delivery_id` returns for each of `keys`, in half the time."""
    started = _keyed(secret, b"", _ID_BYTES).copy()
    started.update(f"delivery\0{issue}\0".encode())
    text = _digests(started, keys).hex()
    return [text[at : at + 2 * _ID_BYTES] for at in range(0, len(text), 2 * _ID_BYTES)]


def sign_token(secret: bytes, purpose: str, delivery: str) -> str:
    """Return a token that allows `purpose` (such as "unsubscribe") for one delivery, or any short text."""
    if purpose in _PURPOSES_AT:
        return sign_letters(secret, [delivery]).tokens(purpose)[0]
    digest = _digests(_keyed(secret, b"", _ID_BYTES), [f"{purpose}\0{delivery}"])
    text = b2a_base64(digest, newline=False).translate(_URLSAFE)[:_MAC_CHARACTERS].decode()
    return f"{delivery}.{text}"


def read_token(secrets: Iterable[bytes], purpose: str, token: str) -> str | None:
    """Return the delivery id in `token` when any of `secrets` signed it for `purpose`, else None."""
    if not token.isascii():
        return None
    delivery = token.partition(".")[0]
    matches = [hmac.compare_digest(token, sign_token(secret, purpose, delivery)) for secret in secrets]
    return delivery if any(matches) else None


def _digests(started: blake2b, texts: Sequence[str]) -> bytes:
    """Return the digests of all `texts`, joined, each after what `started` has taken in."""
    copy = started.copy
    digests = []
    for text in texts:
        mac = copy()
        mac.update(text.encode())
        digests.append(mac.digest())
    return b"".join(digests)


@lru_cache(maxsize=24)
def _keyed(secret: bytes, first: bytes, size: int) -> blake2b:
    """Return the hash that has taken in the key and `first`; a secret longer than a key is hashed first."""
    key = blake2b(secret).digest() if len(secret) > blake2b.MAX_KEY_SIZE else secret
    return blake2b(first, key=key, digest_size=size)
