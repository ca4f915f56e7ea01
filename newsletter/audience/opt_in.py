"""Coming in by one's own wish: who is asked to confirm, how often, and what a confirmation comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from newsletter.domain.consent import PersonalPart, Wording
from newsletter.domain.subscriber import FieldValue, SubscriberStatus, SuppressionReason

__all__ = ["Confirmation", "ConfirmationKind", "SignUp", "why_no_link", "why_not_ask"]

_PER_DAY = 1
_PER_WEEK = 3
_DAY = timedelta(hours=24)
_WEEK = timedelta(days=7)
_REFUSED = "never mailed, by decision of the author or of whose address it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """Somebody asks for the letter with an address that may or may not be theirs.

    `key` is the address key, `email_hmac` its keyed hash. `fields` and `tags` are what they chose; they are
    kept apart until the address is confirmed, so that nobody changes what another reader chose.
    `delivery_id` and `nonce` are those of the mail that asks for confirmation.
    """

    email: str
    key: str
    email_hmac: str
    lang: str
    purpose: str
    wording: Wording
    personal: PersonalPart
    delivery_id: str
    nonce: str
    at: datetime
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()


class ConfirmationKind(StrEnum):
    """What became of a click on *confirm*.

    left: they confirmed once and left since; an old link does not bring them back.
    """

    CONFIRMED = "confirmed"
    ALREADY = "already"
    LEFT = "left"
    EXPIRED = "expired"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """The answer to *confirm*; `returned` says that an erased address came back by its owner's wish."""

    kind: ConfirmationKind
    subscriber_id: int | None = None
    lang: str | None = None
    email_hmac: str | None = None
    returned: bool = False


def why_not_ask(
    status: SubscriberStatus | None,
    suppression: SuppressionReason | None,
    earlier: Sequence[datetime],
    now: datetime,
) -> str | None:
    """Return why no mail asks to confirm; None: it is sent.

    `status` is where the reader stands (None: not on the list), `earlier` when mails went to the address.
    Whoever left, bounced, complained or was erased comes back by a confirmation of their own, and only so.
    """
    if status in (SubscriberStatus.ACTIVE, SubscriberStatus.PAUSED):
        return "on the list already"
    if suppression is SuppressionReason.MANUAL:
        return _REFUSED
    return _too_often(earlier, now)


def why_no_link(earlier: Sequence[datetime], now: datetime, *, is_known: bool, refuses: bool) -> str | None:
    """Return why no mail gives a link to what is kept of an address; None: it is sent.

    `is_known` says that anything is, `refuses` that its owner wants no mail at all, `earlier` when such mails
    went.
    """
    if refuses:
        return _REFUSED
    return _too_often(earlier, now) if is_known else "nothing is kept of this address"


def _too_often(earlier: Sequence[datetime], now: datetime) -> str | None:
    if sum(now - at < _DAY for at in earlier) >= _PER_DAY:
        return "asked within the last day"
    if sum(now - at < _WEEK for at in earlier) >= _PER_WEEK:
        return "asked three times within the last week"
    return None
