"""A reader's words: who said them, and what they allow us to do with them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

__all__ = [
    "QUOTE_ID",
    "IllegalQuoteTransition",
    "Quote",
    "QuoteConsent",
    "QuoteEvent",
    "QuotedReply",
    "quote_transition",
]

QUOTE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
"""The name of a reply, as behind `::: reader` and in `[quotes.…]`."""


class QuoteConsent(StrEnum):
    """What a reader said when asked whether their words may stand in a letter."""

    NAMED = "named"
    """Yes, with my name."""
    ANONYMOUS = "anonymous"
    """Yes, without my name."""
    ASKED = "asked"
    """Asked, no answer yet."""
    REFUSED = "refused"
    """No."""
    NONE = "none"
    """Nobody asked."""

    @property
    def is_granted(self) -> bool:
        """Say whether the words may be used."""
        return self in (QuoteConsent.NAMED, QuoteConsent.ANONYMOUS)


class QuoteEvent(StrEnum):
    """What can happen to the consent of a reader."""

    ASK = "ask"  # a mail with the question left, or may have
    ALLOW_NAMED = "allow-named"  # the reader's mail says yes, with the name
    ALLOW_ANONYMOUS = "allow-anonymous"
    DENY = "deny"  # the reader's mail says no
    NOTE_NAMED = "note-named"  # the author writes down a yes that came another way
    NOTE_ANONYMOUS = "note-anonymous"
    NOTE_REFUSED = "note-refused"


class IllegalQuoteTransition(ValueError):
    """The event cannot happen in that state."""


_BY_AUTHOR = {
    QuoteEvent.NOTE_NAMED: QuoteConsent.NAMED,
    QuoteEvent.NOTE_ANONYMOUS: QuoteConsent.ANONYMOUS,
    QuoteEvent.NOTE_REFUSED: QuoteConsent.REFUSED,
}
_CONSENT = {
    (QuoteConsent.NONE, QuoteEvent.ASK): QuoteConsent.ASKED,
    (QuoteConsent.ASKED, QuoteEvent.ASK): QuoteConsent.ASKED,
    (QuoteConsent.ASKED, QuoteEvent.ALLOW_NAMED): QuoteConsent.NAMED,
    (QuoteConsent.ASKED, QuoteEvent.ALLOW_ANONYMOUS): QuoteConsent.ANONYMOUS,
    (QuoteConsent.NAMED, QuoteEvent.ALLOW_ANONYMOUS): QuoteConsent.ANONYMOUS,  # less than before
    **{
        (state, QuoteEvent.DENY): QuoteConsent.REFUSED  # a yes can be taken back
        for state in (QuoteConsent.ASKED, QuoteConsent.NAMED, QuoteConsent.ANONYMOUS)
    },
    **{(state, event): to for state in QuoteConsent for event, to in _BY_AUTHOR.items()},
}


def quote_transition(state: QuoteConsent, event: QuoteEvent) -> QuoteConsent:
    """Return the consent after `event`; the only place where it changes. Raises IllegalQuoteTransition.

    A reader who was not asked has allowed nothing, whatever a mail says; a no is not turned into a yes by a
    later mail, only by the author's word.
    """
    try:
        return _CONSENT[state, event]
    except KeyError:
        raise IllegalQuoteTransition(f"consent that is {state} cannot {event}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedReply:
    """Words of one reply that may be quoted one day, and where consent for them stands.

    `name` is what stands behind `::: reader`. `wants_anonymous`: the reader was, or is to be, asked for the
    words without the name. `answered_by` says who told of the answer.
    """

    id: int
    name: str
    inbound_id: int
    excerpt: str
    shown_name: str
    consent: QuoteConsent
    wants_anonymous: bool
    created_at: datetime
    asked_at: datetime | None = None
    asked_message_id: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    answer_inbound_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One entry of the register: the reply, the name to show, the consent and the day it was given.

    `words` are those of the reply, for a block that has none of its own. `line` is where it stands in the
    register's file (from 1).
    """

    id: str
    consent: QuoteConsent
    name: str = ""
    granted: date | None = None
    words: str = ""
    line: int | None = None
