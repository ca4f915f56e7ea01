"""What an event changes, by its kind and by where the mail it is about stands: the one table of it.

Any event about a mail proves that its provider took the mail, so evidence moves a delivery to accepted and
never back. A reader is left alone from now on after a complaint, a hard bounce or when they left; a soft
bounce is a strike, and a refusal of us (blocked) says nothing about the reader.

All of it is a function of the set of events, so that they may come twice, late and in any order: of several
reasons never to mail somebody the strongest stands, with the time of the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.domain.delivery import BatchEvent, BatchState
from newsletter.domain.provider_event import BounceClass, EventKind, ProviderEvent
from newsletter.domain.subscriber import SubscriberStatus, SuppressionReason

__all__ = [
    "EFFECTS",
    "FINAL",
    "LEFT",
    "QUIET",
    "STRIKES_ALLOWED",
    "Effect",
    "effect_of",
    "moves",
    "status_after",
    "stronger",
]

STRIKES_ALLOWED = 2
"""Soft bounces in as many of a reader's latest issues are borne; one more, in a row, and mail stops."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What an event changes beside the delivery it is about.

    `suppresses` says why its reader is never mailed again. `is_strike` counts towards that. `history` is the
    word under which segments know it: `bounced:SLUG`, `clicked:SLUG`.
    """

    suppresses: SuppressionReason | None = None
    is_strike: bool = False
    history: str | None = None

    @property
    def is_nothing(self) -> bool:
        """Say whether the list stays as it is."""
        return self.suppresses is None and self.history is None


_NOTHING = Effect()

EFFECTS: Mapping[tuple[EventKind, BounceClass | None], Effect] = {
    (EventKind.PROCESSED, None): _NOTHING,
    (EventKind.DELIVERED, None): _NOTHING,
    (EventKind.DEFERRED, None): _NOTHING,
    # The provider has its own reason, most often that it suppresses the address; ours is ours.
    (EventKind.DROPPED, None): _NOTHING,
    (EventKind.BOUNCED, BounceClass.HARD): Effect(suppresses=SuppressionReason.BOUNCED, history="bounced"),
    (EventKind.BOUNCED, BounceClass.SOFT): Effect(is_strike=True, history="bounced"),
    (EventKind.BOUNCED, BounceClass.BLOCKED): Effect(history="bounced"),
    # A bounce nobody could tell the class of is not held against the reader.
    (EventKind.BOUNCED, None): Effect(history="bounced"),
    (EventKind.COMPLAINED, None): Effect(suppresses=SuppressionReason.COMPLAINED),
    (EventKind.UNSUBSCRIBED, None): Effect(suppresses=SuppressionReason.UNSUBSCRIBED),
    # Only the reader's own word to us brings them back, not a click at the provider.
    (EventKind.RESUBSCRIBED, None): _NOTHING,
    (EventKind.OPENED, None): _NOTHING,
    (EventKind.CLICKED, None): Effect(history="clicked"),
}
"""What each kind of event does to the list; every kind there is has a row."""

QUIET: frozenset[EventKind] = frozenset(EventKind) - {
    kind for (kind, _), effect in EFFECTS.items() if not effect.is_nothing
}
"""The kinds that never change the list; nearly all events are of one of them."""

FINAL: frozenset[EventKind] = frozenset(EventKind) - {EventKind.PROCESSED, EventKind.DEFERRED}
"""The kinds that are word of a mail's end: it arrived, came back or was not tried."""

LEFT: frozenset[EventKind] = frozenset(EventKind) - {EventKind.PROCESSED, EventKind.DROPPED}
"""The kinds that prove that a mail left the provider too, or that its reader has it."""

_STRENGTH = {
    reason: rank
    for rank, reason in enumerate(
        (
            SuppressionReason.MANUAL,
            SuppressionReason.BOUNCED,
            SuppressionReason.UNSUBSCRIBED,
            SuppressionReason.COMPLAINED,
            SuppressionReason.ERASED,
        )
    )
}

_STATUS = {
    SuppressionReason.BOUNCED: SubscriberStatus.SUSPENDED,
    SuppressionReason.UNSUBSCRIBED: SubscriberStatus.UNSUBSCRIBED,
    SuppressionReason.COMPLAINED: SubscriberStatus.COMPLAINED,
    SuppressionReason.ERASED: SubscriberStatus.ERASED,
}
_FURTHER = (
    SubscriberStatus.SUSPENDED,
    SubscriberStatus.UNSUBSCRIBED,
    SubscriberStatus.COMPLAINED,
    SubscriberStatus.ERASED,
)


def effect_of(event: ProviderEvent) -> Effect:
    """Return what `event` does to the list."""
    return EFFECTS[event.kind, event.bounce if event.kind is EventKind.BOUNCED else None]


def moves(
    state: BatchState, kind: EventKind, *, may_have_left: bool, may_be_recalled: bool
) -> tuple[BatchEvent, ...]:
    """Return what happens to a delivery whose batch is in `state` when an event of `kind` is about it.

    A pending one that may have left was tried, and had an answer that meant "not taken", or was released by
    somebody who did not know: proof that it left wins, or the reader would get the letter twice. One that
    was never tried is not moved: its event means that the ledger is older than the mail
    (`store.event_evidence`). `may_be_recalled` says that the event is about an attempt with a fence, or one
    before the last: that may have been called back after the provider took it, so only what shows that it
    left counts.
    """
    if state is BatchState.UNKNOWN and (kind in LEFT or not may_be_recalled):
        return (BatchEvent.PROVE_ACCEPTED,)
    if state is BatchState.PENDING and may_have_left and kind in LEFT:
        return (BatchEvent.DOUBT, BatchEvent.PROVE_ACCEPTED)
    return ()


def stronger(one: SuppressionReason | None, other: SuppressionReason) -> SuppressionReason:
    """Return the reason that stands when both are given."""
    if one is None or _STRENGTH[other] > _STRENGTH[one]:
        return other
    return one


def status_after(status: SubscriberStatus, reason: SuppressionReason) -> SubscriberStatus:
    """Return where a subscriber in `status` stands after an event that suppresses for `reason`."""
    wanted = _STATUS.get(reason)
    if wanted is None:  # that somebody chose to suppress an address changes no status
        return status
    if status in _FURTHER and _FURTHER.index(status) >= _FURTHER.index(wanted):
        return status
    return wanted
