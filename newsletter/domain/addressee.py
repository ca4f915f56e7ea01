"""Whom a letter went to: who is meant by the links in it."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["Addressee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """The reader one delivery was for; `key` is the address's key when the letter was planned.

    `status` is where the reader stands now and `lang` the language they chose; both are None when the
    list does not know them any more. `is_suppressed` says that the address is never mailed again.
    """

    delivery_id: str
    issue: str
    subscriber_id: int
    key: str
    email: str
    status: SubscriberStatus | None = None
    lang: str | None = None
    is_suppressed: bool = False

    @property
    def has_left(self) -> bool:
        """Say whether the reader has left already; mail that bounced is not leaving."""
        return self.is_suppressed if self.status is None else self.status in _GONE


_GONE = (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED)
