"""Which batch may leave now: its time has come, its wave is open, and the rates allow it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from newsletter.delivery.tolls import Tolls
from newsletter.delivery.waves import Waves
from newsletter.domain.campaign import Batch
from newsletter.protocols import Ledger

__all__ = ["Claims"]


class Claims:
    """Chooses among the pending batches of one campaign."""

    def __init__(self, campaign_id: str, ledger: Ledger, tolls: Tolls, waves: Waves) -> None:
        """Choose for the campaign of that id; nothing is asked yet."""
        self._campaign_id = campaign_id
        self._ledger = ledger
        self._tolls = tolls
        self._waves = waves

    def next(self, now: datetime, skip: Collection[int]) -> Batch | datetime | None:
        """Return the batch that may leave, or when to look again; None: nothing is pending.

        Batches with an id in `skip` are passed over.
        """
        closed = self._tolls.closed_lanes(now)
        shut = self._waves.shut()
        batch = self._ledger.next_batch(self._campaign_id, now, skip, closed, shut)
        if batch is not None:
            return self._tolls.wait(now) or batch
        times = list(shut.values()) if self._ledger.waits_until(self._campaign_id) is not None else []
        waiting = self._ledger.waits_until(self._campaign_id, shut)
        if waiting is not None:
            times.append(max(waiting, min(closed.values())) if closed else waiting)
        return min(times, default=None)
