"""One act of sending one issue to one audience, its batches and attempts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from newsletter.domain.correction import Correction
from newsletter.domain.delivery import BatchState, CampaignState, DeliveryState
from newsletter.domain.receipt import Clearance
from newsletter.domain.subscriber import FieldValue
from newsletter.domain.timing import AT_ONCE, Timing
from newsletter.domain.wave import Wave

__all__ = [
    "Attempt",
    "Batch",
    "Campaign",
    "DeliveryRow",
    "Digests",
    "Fence",
    "Member",
    "NewCampaign",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """What a campaign is bound to, each a SHA-256 in hex; a change of any stops `resume`."""

    content: str
    template: str
    config: str
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCampaign:
    """A campaign about to be planned. `id` is opaque; `issue` is the issue's slug.

    `variants` are the keys of its letters (`domain.variant`), one of which every member has. `clearance` is
    why it was let through. `waves` are the parts that go one after another (none: all at once), and
    `lane_sizes` the largest batches of recipient domains with a rate of their own; with either, its members
    have a place.
    """

    id: str
    issue: str
    issue_path: str
    segment: str
    provider: str
    sender: str
    digests: Digests
    batch_size: int
    created_at: datetime
    not_before: datetime | None = None
    variants: tuple[str, ...] = ("",)
    clearance: Clearance | None = None
    timing: Timing = AT_ONCE
    correction: Correction | None = None
    waves: tuple[Wave, ...] = ()
    lane_sizes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A planned campaign as the ledger has it. `reason` says why it is paused, halted or cancelled.

    `variants` are the keys of its letters. `corrects` is the id of the campaign whose letter it mends.
    """

    id: str
    issue: str
    issue_path: str
    segment: str
    provider: str
    sender: str
    digests: Digests
    state: CampaignState
    total: int
    created_at: datetime
    not_before: datetime | None = None
    reason: str | None = None
    variants: tuple[str, ...] = ("",)
    timing: Timing = AT_ONCE
    corrects: str | None = None

    @property
    def starts_at(self) -> datetime | None:
        """Return when its first batch may leave; None: at once."""
        times = [at for at in (self.not_before, self.timing.undo_until) if at is not None]
        return max(times, default=None)


class Member(NamedTuple):
    """One reader of a frozen audience: the values as they were when the campaign was planned.

    `variant` is the key of the reader's letter: which conditions hold, "" where none were asked. `zone` is
    the time zone the reader's field names, as it stands there. The place in the plan is the number of a
    `wave` and a `lane` ("": none). A tuple, because two are made of every reader of a list.
    """

    subscriber_id: int
    email: str
    key: str
    values: Mapping[str, FieldValue]
    variant: str = ""
    zone: str = ""
    wave: int = 0
    lane: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Up to 1,000 deliveries of one variant submitted together. `attempt` counts the attempts made so far.

    It may leave from `not_before` until `not_after`. `wave` is the number of the wave it goes with; `lane`
    the recipient domain whose rate of its own it keeps to, "" where there is none.
    """

    id: int
    campaign_id: str
    seq: int
    state: BatchState
    size: int
    attempt: int
    not_before: datetime | None = None
    variant: str = ""
    wave: int = 0
    lane: str = ""
    not_after: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """What one attempt can be called back with: the provider's `id`, and when the mail leaves it at last."""

    id: str
    leaves_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try to submit a batch; `key` is unique for ever and goes out with the batch.

    `fence` is there when the provider holds the mail for a while, so that the attempt can be called back.
    """

    batch_id: int
    number: int
    key: str
    body_digest: str
    started_at: datetime
    fence: Fence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryRow:
    """One recipient's line in the ledger, as `status --deliveries` prints it."""

    delivery_id: str
    email: str
    state: DeliveryState
    attempt: int
    detail: str | None = None
