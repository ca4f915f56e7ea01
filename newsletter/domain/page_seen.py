"""What was seen at one address of the web."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

__all__ = ["PageSeen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen:
    """What a server answered at `url`, without following where it points to.

    `fault` says why there was no answer to rely on, None when there was one. `is_private` is set when the
    name leads into a private network, which is not asked; `is_untrusted` when no browser would go there.
    `moved_to` is where it points to, `strict_transport` its Strict-Transport-Security field (RFC 6797),
    `certificate_ends` when the certificate does (UTC), `date` its Date field.
    """

    url: str
    status: int | None = None
    fault: str | None = None
    is_private: bool = False
    is_untrusted: bool = False
    moved_to: str | None = None
    strict_transport: str | None = None
    certificate_ends: datetime | None = None
    date: datetime | None = None
    text: str = ""
