"""Withdrawals that come in another way than by the site: each is an event of consent as well."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from newsletter.domain.consent import ConsentKind, NewConsent, PersonalPart
from newsletter.domain.person_hash import person_hash
from newsletter.domain.subscriber import SuppressionReason
from newsletter.store.people.consent import append
from newsletter.store.people.person_keys import person_key_of

__all__ = ["EVERY_PURPOSE", "Withdrawal", "note_withdrawals"]

EVERY_PURPOSE = "*"
"""The purpose of an event that holds for every list."""

_OWN_WISH = (SuppressionReason.UNSUBSCRIBED, SuppressionReason.COMPLAINED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Who left (an address key), why and when, and how that became known."""

    key: str
    reason: SuppressionReason
    at: datetime
    source: str
    subscriber_id: int | None = None


def note_withdrawals(connection: Connection, withdrawals: Iterable[Withdrawal]) -> None:
    """Write down those of `withdrawals` that are somebody's own wish: to leave, or a complaint."""
    wished = [one for one in withdrawals if one.reason in _OWN_WISH]
    if not wished:
        return
    key = person_key_of(connection)
    for one in wished:
        append(
            connection,
            NewConsent(
                kind=ConsentKind.WITHDRAWN,
                at=one.at,
                purpose=EVERY_PURPOSE,
                email_hmac=person_hash(key, one.key),
                subscriber_id=one.subscriber_id,
                personal=PersonalPart(
                    salt=secrets.token_hex(16),
                    email=one.key,
                    source=one.source,
                    details={"reason": one.reason.value},
                ),
            ),
        )
