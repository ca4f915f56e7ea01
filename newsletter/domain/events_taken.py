"""What taking a report of events changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from newsletter.domain.provider_event import EventKind
from newsletter.domain.subscriber import SuppressionReason

__all__ = ["EventsTaken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsTaken:
    """What a report changed: `read` events were in it, `kinds` counts those that were new, by kind.

    `strangers` are new ones about mails of which the ledger knows nothing. `proven` deliveries were unknown
    and are now accepted. `suppressed` counts readers who are never mailed again, by reason, and were
    mailable before. `restored` are the campaigns that are held because the ledger is older than what was
    sent, and `doubted` how many of their deliveries were pending and are now unknown.
    """

    read: int = 0
    kinds: Mapping[EventKind, int] = field(default_factory=dict)
    strangers: int = 0
    proven: int = 0
    suppressed: Mapping[SuppressionReason, int] = field(default_factory=dict)
    restored: tuple[str, ...] = ()
    doubted: int = 0

    @property
    def new(self) -> int:
        """Return how many events were not known before."""
        return sum(self.kinds.values())

    def __add__(self, other: EventsTaken) -> EventsTaken:
        """Return both together."""
        return EventsTaken(
            read=self.read + other.read,
            kinds=Counter(self.kinds) + Counter(other.kinds),
            strangers=self.strangers + other.strangers,
            proven=self.proven + other.proven,
            suppressed=Counter(self.suppressed) + Counter(other.suppressed),
            restored=tuple(dict.fromkeys((*self.restored, *other.restored))),
            doubted=self.doubted + other.doubted,
        )
