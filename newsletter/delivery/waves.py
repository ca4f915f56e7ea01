"""What may leave when: the watch a run keeps over the time and the waves of its campaign."""

from __future__ import annotations

from datetime import datetime

from newsletter.delivery.lateness import late_start
from newsletter.domain.campaign import Campaign
from newsletter.protocols import Ledger

__all__ = ["Waves"]


class Waves:
    """The waves of one campaign during one run. `reason` says why it has to pause, once it has to.

    `is_begun` is True once the time of the campaign has come, as far as `step` has seen.
    """

    def __init__(self, campaign: Campaign, ledger: Ledger) -> None:
        """Watch over `campaign`; nothing is looked at yet."""
        self._campaign = campaign
        self._ledger = ledger
        self.is_begun = False
        self.reason: str | None = None

    def step(self, now: datetime) -> bool:
        """Look what the time has brought; say whether the campaign may go on."""
        start = self._campaign.starts_at
        if not self.is_begun and (start is None or start <= now):
            self.is_begun = True
            self.reason = late_start(self._campaign, self._ledger, now)
        return self.reason is None
