"""A picture as readers get it: its bytes, what it is called, and how it reaches them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256

__all__ = ["PICTURE_INPUT", "PictureDelivery", "PictureFile"]

PICTURE_INPUT = "picture:"
"""What the name of an input of a rendered issue begins with when it is a picture; its path follows."""

_CID = "cid:"  # RFC 2392


class PictureDelivery(StrEnum):
    """How pictures reach readers: fetched from the site when a letter is opened, or inside each message."""

    HOSTED = "hosted"
    EMBEDDED = "embedded"


@dataclass(frozen=True, kw_only=True)
class PictureFile:
    """One file of a letter.

    `url` is what the HTML asks for: an address on the site, or `cid:` and the content id. `name` is ASCII,
    safe in an address and in a header, and holds the start of the digest, so another picture has another
    name. `media_type` is such as `image/png`. `source` is the path the author wrote.
    """

    name: str
    url: str
    media_type: str
    source: str
    data: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the bytes."""
        return sha256(self.data).hexdigest()

    @property
    def is_embedded(self) -> bool:
        """Say whether the picture travels inside the message."""
        return self.url.startswith(_CID)

    @property
    def content_id(self) -> str:
        """Return the content id (RFC 2392) without angle brackets; "" when the picture is hosted."""
        return self.url.removeprefix(_CID) if self.is_embedded else ""
