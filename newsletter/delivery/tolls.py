"""Which rates a batch has to keep to, and how long they keep it waiting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.delivery.rate import Rate
from newsletter.delivery.stake import Stake
from newsletter.protocols import Ledger, Toll

__all__ = ["Rates", "Tolls"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The rates of one campaign: of its provider, of its sender, and of recipient domains (`lanes`)."""

    provider: Rate | None = None
    sender: Rate | None = None
    lanes: Mapping[str, Rate] = field(default_factory=dict)

    @property
    def always(self) -> tuple[Rate, ...]:
        """Return those that every batch has to keep to."""
        return tuple(rate for rate in (self.provider, self.sender) if rate is not None)


class Tolls:
    """The buckets of one campaign; they are in the ledger, so that they outlast this process."""

    def __init__(self, rates: Rates, ledger: Ledger | Stake, *, provider: str, sender: str) -> None:
        """Keep mail from `sender` (`Name <address>`) through `provider` (a name) to `rates`."""
        self._ledger = ledger
        address = sender.rpartition("<")[2].rstrip(">").lower()
        named = {f"provider:{provider}": rates.provider, f"sender:{address}": rates.sender}
        self._always = tuple(_toll(name, rate) for name, rate in named.items() if rate is not None)
        self._lanes = {lane: _toll(f"lane:{lane}", rate) for lane, rate in rates.lanes.items()}

    def of(self, lane: str) -> tuple[Toll, ...]:
        """Return what a batch of `lane` has to pay."""
        own = self._lanes.get(lane)
        return (*self._always, own) if own else self._always

    def wait(self, now: datetime) -> datetime | None:
        """Return until when nothing at all may leave; None: something may."""
        closed = self._ledger.opens_at(self._always, now) if self._always else {}
        return max(closed.values(), default=None)

    def closed_lanes(self, now: datetime) -> Mapping[str, datetime]:
        """Return the lanes whose batches have to wait, and until when."""
        if not self._lanes:
            return {}
        closed = self._ledger.opens_at(tuple(self._lanes.values()), now)
        return {lane: closed[toll.name] for lane, toll in self._lanes.items() if toll.name in closed}


def _toll(name: str, rate: Rate) -> Toll:
    return Toll(name=name, seconds_each=rate.per_s / rate.messages)
