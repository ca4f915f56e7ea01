"""States of campaigns, waves, batches and deliveries, and the only place where they change.

    pending ──intend──▶ submitting ──accept──▶ accepted
       ▲                    ├─ not_sent ─▶ pending
       │                    ├─ reject ───▶ rejected
       │                    ├─ lose ─────▶ unknown ──evidence──▶ accepted
       └──── release ◀──────┴──────────── unknown

Sources: RFC 1047 (the window after the end of the data) is why `unknown` exists.
"""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "BatchEvent",
    "BatchState",
    "CampaignEvent",
    "CampaignState",
    "DeliveryOverride",
    "DeliveryState",
    "IllegalTransition",
    "WaveEvent",
    "WaveState",
    "campaign_transition",
    "transition",
    "wave_transition",
]


class BatchState(StrEnum):
    """Where a batch stands; `split` means that its deliveries moved to child batches."""

    PENDING = "pending"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SPLIT = "split"
    CANCELLED = "cancelled"


class BatchEvent(StrEnum):
    """What can happen to a batch."""

    INTEND = "intend"  # the intent to submit is on disk
    ACCEPT = "accept"  # the provider took responsibility
    DEFER = "defer"  # provably not sent; try again later
    REJECT = "reject"  # refused for good
    LOSE = "lose"  # an answer that proves nothing, or a dead process
    SPLIT = "split"  # its deliveries go on in child batches
    PROVE_ACCEPTED = "prove_accepted"  # evidence, or the operator's word, that it was taken
    PROVE_NOT_SENT = "prove_not_sent"  # conclusive evidence that it was not taken
    RELEASE = "release"  # the operator chooses to send an unknown one again
    CANCEL = "cancel"  # the campaign was cancelled before it was submitted
    DOUBT = "doubt"  # cancelled after a release, so that an earlier attempt may have been taken


class DeliveryOverride(StrEnum):
    """What sets one delivery apart from its batch."""

    REJECTED = "rejected"
    SUPPRESSED = "suppressed"


class DeliveryState(StrEnum):
    """Where one recipient stands: the override if there is one, else the batch's state."""

    PENDING = "pending"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


class CampaignState(StrEnum):
    """Where a campaign stands; `halted` means that the provider refused key, account or sender."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    HALTED = "halted"
    FINISHED = "finished"
    CANCELLED = "cancelled"


class CampaignEvent(StrEnum):
    """What can happen to a campaign."""

    RUN = "run"
    PAUSE = "pause"
    HALT = "halt"
    FINISH = "finish"
    CANCEL = "cancel"
    REOPEN = "reopen"  # resolve put unknown deliveries back to pending


class WaveState(StrEnum):
    """Where a wave stands: the part of a campaign that goes together."""

    CLOSED = "closed"  # an earlier wave has not shown yet that it may go
    OPEN = "open"  # its batches may go
    WATCHED = "watched"  # all of it went; what becomes of it is looked at
    PASSED = "passed"  # the next may go
    FAILED = "failed"  # it showed something bad: the campaign is paused until somebody decides


class WaveEvent(StrEnum):
    """What can happen to a wave."""

    OPEN = "open"
    WATCH = "watch"
    PASS = "pass"  # noqa: S105  # no password
    FAIL = "fail"
    OVERRIDE = "override"  # somebody decided to go on all the same


class IllegalTransition(ValueError):
    """The event cannot happen in that state; meeting it is a bug or a lost race."""


_BATCH = {
    (BatchState.PENDING, BatchEvent.INTEND): BatchState.SUBMITTING,
    (BatchState.PENDING, BatchEvent.CANCEL): BatchState.CANCELLED,
    (BatchState.PENDING, BatchEvent.DOUBT): BatchState.UNKNOWN,
    (BatchState.SUBMITTING, BatchEvent.ACCEPT): BatchState.ACCEPTED,
    (BatchState.SUBMITTING, BatchEvent.DEFER): BatchState.PENDING,
    (BatchState.SUBMITTING, BatchEvent.REJECT): BatchState.REJECTED,
    (BatchState.SUBMITTING, BatchEvent.LOSE): BatchState.UNKNOWN,
    (BatchState.SUBMITTING, BatchEvent.SPLIT): BatchState.SPLIT,
    (BatchState.UNKNOWN, BatchEvent.PROVE_ACCEPTED): BatchState.ACCEPTED,
    (BatchState.UNKNOWN, BatchEvent.PROVE_NOT_SENT): BatchState.PENDING,
    (BatchState.UNKNOWN, BatchEvent.RELEASE): BatchState.PENDING,
    (BatchState.UNKNOWN, BatchEvent.SPLIT): BatchState.SPLIT,
}

_CAMPAIGN = {
    (CampaignState.PLANNED, CampaignEvent.RUN): CampaignState.RUNNING,
    (CampaignState.PLANNED, CampaignEvent.CANCEL): CampaignState.CANCELLED,
    (CampaignState.PLANNED, CampaignEvent.PAUSE): CampaignState.PAUSED,
    (CampaignState.RUNNING, CampaignEvent.RUN): CampaignState.RUNNING,
    (CampaignState.RUNNING, CampaignEvent.PAUSE): CampaignState.PAUSED,
    (CampaignState.RUNNING, CampaignEvent.HALT): CampaignState.HALTED,
    (CampaignState.RUNNING, CampaignEvent.FINISH): CampaignState.FINISHED,
    (CampaignState.RUNNING, CampaignEvent.CANCEL): CampaignState.CANCELLED,
    (CampaignState.PAUSED, CampaignEvent.RUN): CampaignState.RUNNING,
    (CampaignState.PAUSED, CampaignEvent.PAUSE): CampaignState.PAUSED,
    (CampaignState.PAUSED, CampaignEvent.CANCEL): CampaignState.CANCELLED,
    (CampaignState.HALTED, CampaignEvent.RUN): CampaignState.RUNNING,
    (CampaignState.HALTED, CampaignEvent.CANCEL): CampaignState.CANCELLED,
    (CampaignState.CANCELLED, CampaignEvent.CANCEL): CampaignState.CANCELLED,
    (CampaignState.FINISHED, CampaignEvent.REOPEN): CampaignState.PAUSED,
    (CampaignState.PAUSED, CampaignEvent.REOPEN): CampaignState.PAUSED,
    (CampaignState.HALTED, CampaignEvent.REOPEN): CampaignState.HALTED,
    (CampaignState.RUNNING, CampaignEvent.REOPEN): CampaignState.RUNNING,
}


_WAVE = {
    (WaveState.CLOSED, WaveEvent.OPEN): WaveState.OPEN,
    (WaveState.OPEN, WaveEvent.WATCH): WaveState.WATCHED,
    (WaveState.OPEN, WaveEvent.FAIL): WaveState.FAILED,
    (WaveState.WATCHED, WaveEvent.PASS): WaveState.PASSED,
    (WaveState.WATCHED, WaveEvent.FAIL): WaveState.FAILED,
    (WaveState.WATCHED, WaveEvent.OVERRIDE): WaveState.PASSED,
    (WaveState.FAILED, WaveEvent.OVERRIDE): WaveState.PASSED,
}


def transition(state: BatchState, event: BatchEvent) -> BatchState:
    """Return the state a batch in `state` has after `event`. Raises IllegalTransition."""
    try:
        return _BATCH[state, event]
    except KeyError:
        raise IllegalTransition(f"a batch that is {state} cannot {event}") from None


def campaign_transition(state: CampaignState, event: CampaignEvent) -> CampaignState:
    """Return the state a campaign in `state` has after `event`. Raises IllegalTransition."""
    try:
        return _CAMPAIGN[state, event]
    except KeyError:
        raise IllegalTransition(f"a campaign that is {state} cannot {event}") from None


def wave_transition(state: WaveState, event: WaveEvent) -> WaveState:
    """Return the state a wave in `state` has after `event`. Raises IllegalTransition."""
    try:
        return _WAVE[state, event]
    except KeyError:
        raise IllegalTransition(f"a wave that is {state} cannot {event}") from None
