"""What an import is made of: what the plan asks of the store, and what it tells the store to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from newsletter.domain.subscriber import (
    FieldValue,
    Subscriber,
    SubscriberStatus,
    SuppressionReason,
)

__all__ = [
    "DEPARTED",
    "Addition",
    "Difference",
    "ExistingReaders",
    "ImportChange",
    "KeptOut",
    "KeptOutReason",
    "Refusal",
    "Update",
]

DEPARTED = frozenset(
    {
        SubscriberStatus.UNSUBSCRIBED,
        SubscriberStatus.SUSPENDED,
        SubscriberStatus.COMPLAINED,
        SubscriberStatus.ERASED,
    }
)
"""Statuses from which no import brings anybody back."""


class ExistingReaders(Protocol):
    """The list as it is, asked by batches of up to 1,000 keys (`address_key`); unknown keys are left out."""

    def lookup(self, keys: Sequence[str]) -> Mapping[str, Subscriber]:
        """Return the subscribers that have one of `keys`, by key."""

    def suppressed(self, keys: Sequence[str]) -> Mapping[str, SuppressionReason]:
        """Return why addresses among `keys` may never be mailed, by key; erased ones too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Addition:
    """A reader to add; `status` may be one of DEPARTED: such an address is to be suppressed as well."""

    line: int
    email: str
    key: str
    status: SubscriberStatus
    lang: str | None
    fields: Mapping[str, FieldValue]
    tags: frozenset[str]
    joined: datetime | None
    confirmed: datetime | None
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing an import changes; `name` is a field or a name of `BUILT_IN_NAMES`, values as text."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """A reader who is on the list, as now and as the import leaves them; at least one thing differs.

    The status changes only towards DEPARTED; such an address is to be suppressed as well.
    """

    line: int
    before: Subscriber
    after: Subscriber

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return what differs, in a fixed order: built-in names, then fields by name."""
        built_in = [
            ("status", str(self.before.status), str(self.after.status)),
            ("lang", self.before.lang or "", self.after.lang or ""),
            ("tag", " ".join(sorted(self.before.tags)), " ".join(sorted(self.after.tags))),
            ("joined", _moment(self.before.joined), _moment(self.after.joined)),
            ("confirmed", _moment(self.before.confirmed), _moment(self.after.confirmed)),
            ("source", self.before.source or "", self.after.source or ""),
        ]
        names = sorted({*self.before.fields, *self.after.fields})
        fields = [
            (name, str(self.before.fields.get(name, "")), str(self.after.fields.get(name, "")))
            for name in names
        ]
        return tuple(
            Difference(name=name, before=before, after=after)
            for name, before, after in [*built_in, *fields]
            if before != after
        )


ImportChange: TypeAlias = Addition | Update


class KeptOutReason(StrEnum):
    """Why a row of the file does not bring a reader back."""

    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    ERASED = "erased"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptOut:
    """A row of a reader who left, bounced, complained or was forgotten: nothing of it is taken."""

    line: int
    email: str
    reason: KeptOutReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A row that cannot be taken, as it stood in the file, with every reason in the author's words."""

    line: int
    reason: str
    cells: tuple[str, ...]


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
