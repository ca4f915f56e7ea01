"""A shipment that tells how long each submission took and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.domain.campaign import Attempt, Fence
from newsletter.domain.mailing import Recipient
from newsletter.domain.outcome import Outcome, Submission
from newsletter.protocols import Clock, Payload, Shipment, Telemetry

__all__ = ["WatchedShipment"]


@dataclass(frozen=True, slots=True)
class _Counted:
    """A payload that knows how many readers it is for."""

    inner: Payload
    recipients: int

    @property
    def digest(self) -> str:
        return self.inner.digest


class WatchedShipment:
    """Does what the shipment in it does, and tells of it; whom it is for is not told."""

    def __init__(
        self, inner: Shipment, *, campaign_id: str, provider: str, telemetry: Telemetry, clock: Clock
    ) -> None:
        """Watch `inner`, a shipment of a campaign (its id) through `provider` (its name)."""
        self._inner = inner
        self._campaign_id = campaign_id
        self._provider = provider
        self._telemetry = telemetry
        self._clock = clock

    def fence(self, now: datetime) -> Fence | Outcome | None:
        """Return what the attempt about to be made can be called back with."""
        return self._inner.fence(now)

    def build(self, recipients: Sequence[Recipient], attempt_key: str, fence: Fence | None = None) -> Payload:
        """Build the bytes, and keep how many readers they are for."""
        return _Counted(self._inner.build(recipients, attempt_key, fence), len(recipients))

    def submit(self, payload: Payload) -> Submission:
        """Hand over `payload`, which `build` made, and tell what became of it."""
        if not isinstance(payload, _Counted):
            raise TypeError("this payload was built by another shipment")
        begun = self._clock.monotonic()
        submission = self._inner.submit(payload.inner)
        seconds = self._clock.monotonic() - begun
        self._telemetry.submitted(self._campaign_id, self._provider, payload.recipients, submission, seconds)
        return submission

    def evidence(self, recipients: Sequence[Recipient], attempt: Attempt) -> Submission | None:
        """Say what can be proven about an earlier attempt of unknown outcome."""
        return self._inner.evidence(recipients, attempt)

    def close(self) -> None:
        """Release connections."""
        self._inner.close()
