"""Sending beside others: one process takes what it can have of every running campaign."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsletter.delivery import plan as planning
from newsletter.delivery.engine import Ending, RunReport, pump_campaign
from newsletter.delivery.outlet import Outlet, Pace, Surroundings
from newsletter.delivery.stake import SharedStake
from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import CampaignState
from newsletter.domain.lease import Lease
from newsletter.errors import StoreError
from newsletter.project.collector import collector_held_back
from newsletter.project.sending.process_ids import is_gone, new_worker_id
from newsletter.project.sending.ways_out import Letters, open_outlet, render_campaign
from newsletter.protocols import Clock, Leases
from newsletter.store.database.locks import operator_name

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["LEASE_S", "DatabaseClock", "Pumping", "give_up_dead"]

LEASE_S = 30.0
"""How long what a worker has under way is its own unless it renews it, in seconds."""

_BEAT_S = 5.0
_LONGEST_WAIT_S = 3.0  # what may leave later than that is taken up again then
_OUTLETS_KEPT = 4


def give_up_dead(leases: Leases) -> int:
    """Give up what workers have that ended on this machine, at once; return how many batches are unknown.

    What they had claimed is free again. Who may be alive, here or elsewhere, keeps what is theirs.
    """
    dead = [one.id for one in leases.workers() if is_gone(one.id)]
    lost = leases.lose_of(dead)
    for worker in dead:
        leases.leave(worker)
    return lost


class DatabaseClock:
    """The time of day by the database's clock, so that machines with other clocks agree."""

    def __init__(self, clock: Clock, moment: datetime) -> None:
        """Go on from `moment`, which the database says it is now."""
        self._clock = clock
        self._ahead = moment - clock.now()

    def now(self) -> datetime:
        """Return the time of day, aware and in UTC."""
        return self._clock.now() + self._ahead

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start that never go back."""
        return self._clock.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait `seconds`."""
        self._clock.sleep(seconds)


class Pumping:
    """One worker: it has an id of its own, and what it needs to send is made once for each campaign."""

    def __init__(
        self, project: Project, *, lease_s: float = LEASE_S, letters: Mapping[str, Letters] | None = None
    ) -> None:
        """Work for `project`; what is taken is kept for `lease_s` seconds unless it is renewed.

        `letters` are those of campaigns, by their ids, that are rendered already.
        """
        self._project = project
        self.worker = new_worker_id()
        self.name = f"{operator_name()}, process {os.getpid()}"
        self._lease = Lease(worker=self.worker, length=timedelta(seconds=lease_s))
        self._outlets: dict[str, Outlet] = {}
        self._letters = dict(letters or {})
        self._at_work: set[str] = set()
        self._guard = threading.Lock()

    @contextmanager
    def enrolled(self) -> Iterator[None]:
        """Be listed among the workers, with a sign of life every few seconds."""
        leases = self._project.store.leases
        leases.enrol(self.worker, self.name)
        is_over = threading.Event()
        heart = threading.Thread(target=self._beat, args=(is_over,), name="heart", daemon=True)
        heart.start()
        try:
            yield
        finally:
            is_over.set()
            heart.join()
            with suppress(StoreError):  # it will be taken out for its silence
                leases.leave(self.worker)
            for outlet in self._outlets.values():
                outlet.shipments.close()

    def look_after(self) -> list[str]:
        """Give up what dead workers had under way; return the campaigns to pump, oldest first."""
        leases = self._project.store.leases
        give_up_dead(leases)
        leases.lose_expired()
        leases.forget_lost()
        running = [
            one for one in self._project.store.ledger.campaigns() if one.state is CampaignState.RUNNING
        ]
        return [one.id for one in reversed(running)]

    def pump(
        self,
        campaign_id: str,
        *,
        stop: Callable[[], bool],
        slice_s: float,
        on_work: Callable[[], None] = lambda: None,
    ) -> RunReport | None:
        """Send of a campaign for at most `slice_s` seconds; `on_work` is called once there was something.

        None when this process is at it already. Raises StoreError, DeliveryRefused when the letter is not
        the one that was planned, AnotherRunner where only one may send.
        """
        with self._guard:
            if campaign_id in self._at_work:
                return None
            self._at_work.add(campaign_id)
        try:
            return self._pump(campaign_id, stop, slice_s, on_work)
        finally:
            with self._guard:
                self._at_work.discard(campaign_id)

    def letters_of(self, campaign: Campaign) -> Letters:
        """Return what the readers of `campaign` get, rendered the first time; raises as `render_campaign`."""
        letters = self._letters.get(campaign.id)
        if letters is None:
            letters = self._letters[campaign.id] = render_campaign(self._project, campaign)
        return letters

    def clock(self) -> Clock:
        """Return the project's clock, set by the database's."""
        return DatabaseClock(self._project.clock, self._project.store.leases.now())

    def stake(self, *, pauses: bool, on_work: Callable[[], None] = lambda: None) -> SharedStake:
        """Return this worker's stake in the campaigns of the project."""
        store, clock = self._project.store, self._project.clock
        return SharedStake(store.ledger, store.leases, self._lease, clock, pauses=pauses, on_work=on_work)

    def _pump(
        self, campaign_id: str, stop: Callable[[], bool], slice_s: float, on_work: Callable[[], None]
    ) -> RunReport:
        store = self._project.store
        clock = self.clock()
        ends = clock.monotonic() + slice_s
        surroundings = Surroundings(
            clock=clock, random=random.random, stop=lambda: stop() or clock.monotonic() >= ends
        )
        config = self._project.config
        pace = Pace(
            concurrency=config.provider.concurrency,
            rates=planning.configured_rates(config),
            longest_wait_s=_LONGEST_WAIT_S,
        )
        alone = nullcontext() if store.server else store.ledger.runner(campaign_id)
        watched = self._project.telemetry.campaign(campaign_id, self._project.config.provider.name)
        with alone, watched, collector_held_back():
            if store.server is None:  # whoever had it is dead
                store.ledger.lose_orphans(campaign_id)
            outlet = self._outlet(store.ledger.campaign(campaign_id))
            stake = self.stake(pauses=False, on_work=on_work)
            report = pump_campaign(campaign_id, outlet, pace, surroundings, stake)
        if report.ending not in (Ending.STOPPED, Ending.WAITING):
            self._let_go(campaign_id)
        return report

    def _outlet(self, campaign: Campaign) -> Outlet:
        with self._guard:
            found = self._outlets.get(campaign.id)
        if found is None:
            letters = self.letters_of(campaign)
            found = open_outlet(self._project, campaign, letters)
            with self._guard:
                self._outlets[campaign.id] = found
                idle = [one for one in self._outlets if one not in self._at_work]
                surplus = idle[: max(0, len(self._outlets) - _OUTLETS_KEPT)]
                spare = [self._take_out(one) for one in surplus]  # before another thread is at it again
            _close(spare)
        return found

    def _let_go(self, campaign_id: str) -> None:
        with self._guard:
            outlet = self._take_out(campaign_id)
        _close([outlet])

    def _take_out(self, campaign_id: str) -> Outlet | None:
        self._letters.pop(campaign_id, None)
        return self._outlets.pop(campaign_id, None)

    def _beat(self, is_over: threading.Event) -> None:
        while not is_over.wait(_BEAT_S):
            with suppress(StoreError):  # whoever works meets it as well, and says so
                self._project.store.leases.enrol(self.worker, self.name)


def _close(outlets: Iterable[Outlet | None]) -> None:
    for one in outlets:
        if one is not None:
            one.shipments.close()
