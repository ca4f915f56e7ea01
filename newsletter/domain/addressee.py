"""Whom a letter went to: who is meant by the links in it."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["Addressee"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """The reader one delivery was for; `key` is the address's key when the letter was planned.

    `subscriber_id` is the reader on the list now, `current_key` their address's key, `status` where they
    stand and `lang` the language they chose; all are None when the list does not know them any more.
    `is_suppressed` says that the address is never mailed again.
    """

    delivery_id: str
    issue: str
    key: str
    email: str
    subscriber_id: int | None = None
    current_key: str | None = None
    status: SubscriberStatus | None = None
    lang: str | None = None
    is_suppressed: bool = False

    @property
    def has_left(self) -> bool:
        """Say whether the reader has left already; mail that bounced is not leaving."""
        return self.is_suppressed if self.status is None else self.status in _GONE


_GONE = (SubscriberStatus.UNSUBSCRIBED, SubscriberStatus.COMPLAINED, SubscriberStatus.ERASED)
