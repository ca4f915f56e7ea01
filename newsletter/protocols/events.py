"""What is asked of whoever reads, and whoever keeps, what providers tell after they took mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from newsletter.domain.events_taken import EventsTaken
from newsletter.domain.fate import Fate
from newsletter.domain.provider_event import ProviderEvent

__all__ = ["Confirming", "EventLog", "EventNotVerifiable", "EventReader", "EventRefused"]


class EventRefused(Exception):
    """A report of events is not from the provider, or too old; `str()` says why, without secrets."""


class EventNotVerifiable(EventRefused):
    """Nobody can tell now who sent a report: a key is missing, or a certificate cannot be fetched.

    That is our failure, so the provider has to try again.
    """


@runtime_checkable
class Confirming(Protocol):
    """A reader whose provider asks first whether reports may be sent; beside EventReader."""

    def confirm(self, body: bytes) -> bool:
        """Say yes to `body`, which is verified; False when it asks nothing. Raises EventRefused."""


class EventReader(Protocol):
    """Reads what one provider reports about mails it took (its webhooks)."""

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """See that `body`, byte for byte, is the provider's own and fresh; names of `headers` in any case.

        Raises EventRefused.
        """

    def read(self, body: bytes) -> Sequence[ProviderEvent]:
        """Return the events in `body`; what we have no word for is left out.

        Raises EventRefused when `body` is none of this provider's reports.
        """


class EventLog(Protocol):
    """What providers told later, kept and applied. Raises StoreError."""

    def take(
        self,
        reports: Iterable[tuple[str, Sequence[ProviderEvent]]],
        *,
        atomic: Collection[str] = (),
        now: datetime,
        is_trial: bool = False,
        is_reread: bool = False,
    ) -> EventsTaken:
        """Keep the events of `reports`, pairs of provider and events, and do what the new ones ask.

        All of it in one transaction, or nothing; a trial tells what would change and changes nothing. An
        event that is known already does nothing, unless it `is_reread` and means something else now.
        `atomic` are the providers with `Capabilities.is_atomic`.
        """

    def fates(self, campaign_id: str) -> Iterator[Fate]:
        """Yield every delivery of a campaign in order, with what was told about it."""
