"""Message-IDs of our letters, signed, so that an answer to one is known by what it names.

The left part is `DELIVERY_ID.MAC`: the delivery's 32 hex digits and 20 more, 80 bits of keyed BLAKE2b
(RFC 7693), a part of the hash that signs the letter (`domain.token`). The id alone stands in links and in
what providers report, so whoever knows it from there still cannot name a letter. All is lower case, since
some servers change case.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence

from newsletter.domain.token import sign_letters

__all__ = ["MESSAGE_ID_LENGTH", "read_message_id", "sign_message_ids"]

_ID_DIGITS = 32
_MAC_BYTES = 10
_HEX = frozenset("0123456789abcdef")

MESSAGE_ID_LENGTH = _ID_DIGITS + 1 + 2 * _MAC_BYTES
"""Characters of the left part."""


def sign_message_ids(secret: bytes, deliveries: Sequence[str]) -> list[str]:
    """Return the left part of the Message-ID of each of `deliveries`, in order."""
    return sign_letters(secret, deliveries).message_ids()


def read_message_id(secrets: Iterable[bytes], message_id: str) -> str | None:
    """Return the delivery in a Message-ID that any of `secrets` signed, else None.

    `message_id` is what stands in In-Reply-To or References, with or without angle brackets; what follows
    the @ does not matter.
    """
    local = message_id.strip(" \t<>").partition("@")[0].lower()
    delivery, _, mac = local.partition(".")
    if len(local) != MESSAGE_ID_LENGTH or len(delivery) != _ID_DIGITS or not _HEX.issuperset(delivery + mac):
        return None
    matches = [hmac.compare_digest(local, sign_message_ids(one, [delivery])[0]) for one in secrets]
    return delivery if any(matches) else None
