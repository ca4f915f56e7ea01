"""What some providers can do beside what all must: a provider that has the method has the ability."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol, runtime_checkable

from newsletter.domain.campaign import Fence
from newsletter.domain.diagnosis import Diagnosis
from newsletter.domain.domain_setup import DomainSetup
from newsletter.domain.listed_address import ListedAddress
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Submission

__all__ = ["Diagnosing", "Housing", "Recalling", "Rehearsing", "Suppressing"]


@runtime_checkable
class Rehearsing(Protocol):
    """A shipment whose provider looks at a batch without mailing it, where it can; beside Shipment."""

    def rehearse(self, recipients: Sequence[Recipient]) -> Submission:
        """Show `recipients` to the provider; accepted: it would take them. Nobody is mailed."""


@runtime_checkable
class Recalling(Protocol):
    """A provider that remembers what was called back until it is told to forget; beside Provider."""

    def forget(self, fences: Sequence[Fence]) -> int:
        """Forget those of `fences` whose time is over there, and return how many.

        Raises ConfigError without a key, and nothing for what a server does.
        """


@runtime_checkable
class Diagnosing(Protocol):
    """A provider that can say how its account is set up; beside Provider, whose `probe` all have."""

    def diagnose(self) -> Sequence[Diagnosis]:
        """Look at key, permissions and sender, without sending. Raises ConfigError without a key."""


@runtime_checkable
class Housing(Protocol):
    """A provider that says what the sender's domain must publish for it; beside Provider."""

    def domain_setup(self) -> DomainSetup:
        """Return what it asks for. Raises ConfigError without a key, CannotAsk when it does not say."""


@runtime_checkable
class Suppressing(Protocol):
    """A provider that keeps lists of whom it does not mail; beside Provider."""

    def suppressions(self, since: datetime | None) -> Iterator[ListedAddress]:
        """Yield every entry made at `since` or later. Raises DeliveryRefused when a list cannot be read."""
