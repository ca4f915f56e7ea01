"""Which batch may leave now: its time has come, its wave is open, and the rates allow it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from newsletter.delivery.stake import Stake
from newsletter.delivery.tolls import Tolls
from newsletter.delivery.waves import Waves
from newsletter.domain.campaign import Batch
from newsletter.protocols import Ledger

__all__ = ["Claims"]


class Claims:
    """Chooses among the pending batches of one campaign."""

    def __init__(self, campaign_id: str, ledger: Ledger, stake: Stake, tolls: Tolls, waves: Waves) -> None:
        """Choose for the campaign of that id among what `stake` may take; nothing is asked yet."""
        self._campaign_id = campaign_id
        self._ledger = ledger
        self._stake = stake
        self._tolls = tolls
        self._waves = waves

    def next(self, now: datetime, skip: Collection[int]) -> Batch | datetime | None:
        """Return the batch that may leave, or when to look again; None: nothing is pending.

        Batches with an id in `skip` are passed over.
        """
        closed = self._tolls.closed_lanes(now)
        shut = self._waves.shut()
        wait = self._tolls.wait(now) if self._stake.is_shared else None
        if wait is not None and self._ledger.waits_until(self._campaign_id) is not None:
            return wait  # whoever takes a batch and waits only keeps it
        batch = self._stake.next_batch(self._campaign_id, now, skip, closed, shut)
        if batch is not None:
            return self._tolls.wait(now) or batch
        times = list(shut.values()) if self._ledger.waits_until(self._campaign_id) is not None else []
        waiting = self._ledger.waits_until(self._campaign_id, shut)
        if waiting is not None:
            times.append(max(waiting, min(closed.values())) if closed else waiting)
        soonest = min(times, default=None)
        again = now + timedelta(seconds=self._stake.look_s)  # what others have may come back
        return max(soonest, again) if soonest is not None else None
