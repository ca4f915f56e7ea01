"""Why a mail bounced, by what SendGrid and the reader's server say together.

SendGrid's `bounce` covers a full mailbox as well as an address that never was, and its `blocked` says that
we are not wanted. Where the words of the server prove nothing, SendGrid's own classification stands.
Source: Twilio SendGrid "Event Webhook Reference".
"""

from __future__ import annotations

from typing import Final

from newsletter.domain.bounce_reasons import reason_class
from newsletter.domain.provider_event import BounceClass

__all__ = ["bounce_class"]

_CLASSIFIED: Final = {
    "invalid address": BounceClass.HARD,
    "mailbox unavailable": BounceClass.SOFT,
    "technical": BounceClass.SOFT,
    "content": BounceClass.BLOCKED,
    "frequency or volume too high": BounceClass.BLOCKED,
    "reputation": BounceClass.BLOCKED,
}


def bounce_class(kind: str, status: str, reason: str, classified: str) -> BounceClass:
    """Return the class of a bounce.

    `kind` is SendGrid's `bounce` or `blocked`, `status` a code such as 5.1.1 or 550, `reason` the words of
    the reader's server, `classified` SendGrid's own `bounce_classification`, "" where there is none.
    """
    known = reason_class(status, reason)
    if kind == "blocked":
        return BounceClass.SOFT if known is BounceClass.SOFT else BounceClass.BLOCKED
    return known or _CLASSIFIED.get(classified.lower()) or BounceClass.SOFT
