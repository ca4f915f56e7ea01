"""What became of asking for the page behind a link."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["LinkAnswer", "LinkState"]


class LinkState(StrEnum):
    """How asking ended. Only GONE says that nobody can open the page."""

    ALIVE = "alive"  # the page was there
    GONE = "gone"  # the server says there is no such page, or there is no such host
    UNSURE = "unsure"  # no verdict: refused, too busy, too slow, not for a program
    UNTRUSTED = "untrusted"  # the certificate does not hold
    FORBIDDEN = "forbidden"  # it leads into a private network, which is not asked


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkAnswer:
    """The answer for `url`: `reason` in words, `hops` the addresses it was passed on to, in order.

    `status` is that of HTTP (RFC 9110), None when there was no answer. `title` is that of the page where it
    was looked at. `age_s` tells, in seconds, how old an answer from memory is; 0 when it is fresh.
    """

    url: str
    state: LinkState
    reason: str = ""
    status: int | None = None
    hops: tuple[str, ...] = ()
    title: str = ""
    age_s: float = 0.0

    @property
    def final_url(self) -> str:
        """Return the address at which the answer was given."""
        return self.hops[-1] if self.hops else self.url
