"""What was to leave at a certain time, and is too late to leave without being asked about."""

from __future__ import annotations

from datetime import datetime, timedelta

from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import DeliveryState
from newsletter.domain.duration import shown_duration
from newsletter.domain.timing import Timing
from newsletter.protocols import Ledger

__all__ = ["is_late", "late_start", "shown_lateness"]

_BEGUN = (
    DeliveryState.SUBMITTING,
    DeliveryState.ACCEPTED,
    DeliveryState.REJECTED,
    DeliveryState.UNKNOWN,
)


def is_late(due: datetime | None, now: datetime, timing: Timing) -> bool:
    """Say whether what was `due` is later by `now` than it may be, and nobody has said that it may."""
    if due is None or now - due <= timedelta(seconds=timing.late_s):
        return False
    return timing.late_allowed_at is None or timing.late_allowed_at < due


def late_start(campaign: Campaign, ledger: Ledger, now: datetime) -> str | None:
    """Return why a campaign may not begin by itself, if it has not yet and its time is long past."""
    due = campaign.not_before
    if due is None or not is_late(due, now, campaign.timing):
        return None
    counts = ledger.counts(campaign.id)
    if any(counts.get(state, 0) for state in _BEGUN):
        return None
    return f"it {shown_lateness(due, now)}"


def shown_lateness(due: datetime, now: datetime) -> str:
    """Return how late something is, and how to send it all the same."""
    late = shown_duration((now - due).total_seconds())
    return f"was to leave at {due:%Y-%m-%d %H:%M} UTC, {late} ago: resume it with --late to send it now"
