"""One mail handed over through the configured provider: on disk as under way before its last byte leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from newsletter.domain.campaign import Attempt
from newsletter.domain.mailing import Mailing, Recipient
from newsletter.domain.outcome import Outcome, OutcomeKind

if TYPE_CHECKING:
    from newsletter.protocols import Provider

__all__ = ["hand_over", "look_for"]


def hand_over(
    provider: Provider,
    mailing: Mailing,
    recipient: Recipient,
    key: str,
    intend: Callable[[str], bool | datetime],
) -> Outcome | datetime | None:
    """Send `mailing` to `recipient` once `intend`, given the digest of the bytes, has committed it.

    Return what became of it; when `intend` gives a time, that time; None when it says no.
    """
    shipment = provider.prepare(mailing)
    try:
        payload = shipment.build([recipient], key)
        intent = intend(payload.digest)
        if isinstance(intent, datetime):
            return intent
        return shipment.submit(payload).of(0) if intent else None
    finally:
        shipment.close()


def look_for(provider: Provider, mailing: Mailing, recipient: Recipient, attempt: Attempt) -> Outcome:
    """Ask `provider` what became of an attempt nobody answered; unknown when it cannot tell."""
    shipment = provider.prepare(mailing)
    try:
        found = shipment.evidence([recipient], attempt)
    finally:
        shipment.close()
    return found.of(0) if found else Outcome(kind=OutcomeKind.UNKNOWN)
