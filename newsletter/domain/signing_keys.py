"""The keys that sign links: one that signs now, and older ones that letters out there were signed with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["LEAVING", "NEVER", "OLD_LINKS", "RetiredKey", "SigningKeys"]

LEAVING = "unsubscribe"
"""The purpose of the link with which a reader leaves; it works for ever."""

NEVER = "never"
"""The purpose of the link of whoever wants no mail at all; it works for ever, too."""

OLD_LINKS = timedelta(days=60)
"""How long other links go on working after their key was retired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetiredKey:
    """A key that signs nothing any more since `since`."""

    secret: bytes
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKeys:
    """`current` signs; `retired` are those before it, the latest first."""

    current: bytes
    retired: tuple[RetiredKey, ...] = ()

    def good_for(self, purpose: str, now: datetime) -> tuple[bytes, ...]:
        """Return the keys that a token for `purpose` may be signed with at `now`."""
        return (
            self.current,
            *(
                key.secret
                for key in self.retired
                if purpose in (LEAVING, NEVER) or now - key.since < OLD_LINKS
            ),
        )

    def rotated(self, new: bytes, now: datetime) -> SigningKeys:
        """Return the keys after `new` took over."""
        return SigningKeys(current=new, retired=(RetiredKey(secret=self.current, since=now), *self.retired))
