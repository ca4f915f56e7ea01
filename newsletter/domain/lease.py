"""Who works on a campaign beside others, and for how long what they hold is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["HeldBatches", "Lease", "WorkerRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What a `worker` (its id) takes is its own for `length` by the database's clock, unless it renews it."""

    worker: str
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A process that sends: its `name` says where it runs.

    `seen_at` is when it last gave a sign of life, by the database's clock. It has `batches` under way, with
    `readers` in them; `lost` says that it ended, or was silent for so long that it does not count any more.
    """

    id: str
    name: str
    since: datetime
    seen_at: datetime
    batches: int = 0
    readers: int = 0
    lost: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBatches:
    """What one process has under way of a campaign: `batches`, with `readers` in them.

    `name` says where it runs. Without a sign of life all of it is unknown in `seconds_left`.
    """

    name: str
    batches: int
    readers: int
    seconds_left: float
