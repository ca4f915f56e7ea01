"""What is told to whoever watches over the program: figures and spans, never an address or a token."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from newsletter.domain.outcome import Submission

__all__ = ["Telemetry"]


class Telemetry(Protocol):
    """Takes note of what happens; it never raises for what becomes of that, and never waits for a network.

    No argument may tell who a reader is: routes come without what fills their gaps, campaigns by their id.
    """

    def campaign(self, campaign_id: str, provider: str) -> AbstractContextManager[None]:
        """Take note of a run of a campaign, from beginning to end; submissions within belong to it."""

    def submitted(
        self, campaign_id: str, provider: str, recipients: int, submission: Submission, seconds: float
    ) -> None:
        """Take note of what became of a batch that was just handed over; several threads may tell.

        It belongs to the run of its campaign, if one is under way here.
        """

    def request(self, *, method: str, route: str, status: int, scheme: str, seconds: float) -> None:
        """Take note of a request that the public site just answered.

        `method` is `_OTHER` when it is none that the site knows, `route` is empty when no route took it.
        """

    def events(self, kind: str, number: int) -> None:
        """Take note of events of a kind that providers reported and that were new."""

    def close(self) -> None:
        """Hand over what was gathered, within the time the configuration gives, and stop."""
