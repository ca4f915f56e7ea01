"""What a bounce or a complaint that came by mail tells, as the events a provider would report.

A mail can be written by anybody, so it tells something of a letter only when it names one by what its reader
and the servers on the way know: its Message-ID, the letter itself, or the address bounces come back to.
Whoever has one of these has the letter, with the link to leave in it, and can do no more by forging. What
proves less is for the author to decide (`replies/policy.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from newsletter.domain.address import AddressError, address_key
from newsletter.domain.inbound import UNPROVEN, BounceFacts, InboundKind
from newsletter.domain.inbound_mail import MailFacts
from newsletter.domain.inbound_match import MatchRule
from newsletter.domain.provider_event import EventKind, ProviderEvent

__all__ = ["BY_MAIL", "TELLING", "mail_events"]

BY_MAIL = "mail"
"""Stands in place of the provider in events that came by mail."""

TELLING = frozenset({InboundKind.BOUNCE, InboundKind.DELAY, InboundKind.COMPLAINT})
"""The kinds of mails that tell what became of a letter."""

_NAMES_A_LETTER = frozenset(
    {MatchRule.MESSAGE_ID, MatchRule.STORED_ID, MatchRule.RECIPIENT, MatchRule.RETURNED}
)


def mail_events(
    facts: MailFacts, digest: str, now: datetime, email_key: str | None
) -> Sequence[ProviderEvent]:
    """Return what a mail tells of the letter it is about; nothing when it is not known which that is.

    `digest` is that of the raw mail, so that the same mail tells the same events. `email_key` is the address
    the letter went to.
    """
    if facts.kind not in TELLING or facts.delivery_id is None or facts.match_rule not in _NAMES_A_LETTER:
        return ()
    at = min(facts.sent_at, now) if facts.sent_at else now
    if facts.kind == InboundKind.COMPLAINT:
        return (
            ProviderEvent(
                event_id=f"{digest}.complaint",
                kind=EventKind.COMPLAINED,
                at=at,
                delivery_id=facts.delivery_id,
            ),
        )
    return tuple(_of_bounces(facts, digest, at, email_key))


def _of_bounces(
    facts: MailFacts, digest: str, at: datetime, email_key: str | None
) -> Iterator[ProviderEvent]:
    bounces = [fact for fact in facts.bounces if fact.rule not in UNPROVEN]
    told = [fact for fact in bounces if _key(fact) == email_key] or bounces[:1]
    for number, fact in enumerate(told):
        # An address behind the reader's own failed, such as one they forward to: not held against them.
        is_reader = fact.recipient is None or _key(fact) == email_key
        yield ProviderEvent(
            event_id=f"{digest}.{number}",
            kind=EventKind.DEFERRED if fact.is_delay else EventKind.BOUNCED,
            at=at,
            delivery_id=facts.delivery_id,
            bounce=fact.bounce if is_reader and not fact.is_delay else None,
            reason=fact.diagnostic,
            status=fact.status,
        )


def _key(fact: BounceFacts) -> str | None:
    try:
        return address_key(fact.recipient) if fact.recipient else None
    except AddressError:
        return None
