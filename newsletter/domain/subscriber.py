"""Who is on the list, with what fields, and who may never be mailed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

__all__ = ["FieldType", "FieldValue", "Subscriber", "SubscriberStatus", "Suppression", "SuppressionReason"]

FieldValue = str | int | float | bool
"""A subscriber's attribute; a date is kept as its ISO text, which sorts as dates do."""


class FieldType(StrEnum):
    """What kind of value a field declared in `[fields.NAME]` holds."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"


class SubscriberStatus(StrEnum):
    """`pending → active ⇄ paused → unsubscribed | suspended (bounce) | complained → erased`."""

    PENDING = "pending"
    ACTIVE = "active"
    PAUSED = "paused"
    UNSUBSCRIBED = "unsubscribed"
    SUSPENDED = "suspended"
    COMPLAINED = "complained"
    ERASED = "erased"


class SuppressionReason(StrEnum):
    """Why an address is never mailed."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """One reader. `key` is `address_key(email)`, unique; times are aware and UTC."""

    id: int
    email: str
    key: str
    status: SubscriberStatus
    lang: str | None = None
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()
    joined: datetime | None = None
    confirmed: datetime | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Never mail the address behind `key`."""

    key: str
    reason: SuppressionReason
    since: datetime
