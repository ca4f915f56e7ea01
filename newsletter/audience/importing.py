"""What an import is made of: what becomes of each row, and what the plan asks of the store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol, TypeAlias

from newsletter.audience.expression import fold_text
from newsletter.domain.subscriber import (
    FieldValue,
    Subscriber,
    SubscriberStatus,
)

if TYPE_CHECKING:
    from newsletter.audience.row_block import RowBlock

__all__ = [
    "DEPARTED",
    "Addition",
    "Difference",
    "Double",
    "ImportChange",
    "KeptOut",
    "KeptOutReason",
    "PlanNumbers",
    "Refusal",
    "StagedImport",
    "Update",
    "join_tags",
    "merged",
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


def merged(row: Addition, known: Subscriber, *, replaces_tags: bool) -> Subscriber:
    """Return the reader `known` after a row that says of them what `row` would say of a new one.

    The store does the same to all readers at once; a property test holds it to this.
    """
    before = frozenset[str]() if replaces_tags and row.tags else known.tags
    return replace(
        known,
        status=row.status if row.status in DEPARTED else known.status,
        lang=row.lang or known.lang,
        fields={**known.fields, **row.fields},
        tags=join_tags(before, sorted(row.tags)),
        joined=known.joined or row.joined,
        confirmed=known.confirmed or row.confirmed,
        source=known.source or row.source,
    )


def join_tags(tags: frozenset[str], more: list[str]) -> frozenset[str]:
    """Return `tags` with those of `more` that are not among them, whatever the letter case."""
    known = {fold_text(tag): tag for tag in tags}
    for tag in more:
        if tag:
            known.setdefault(fold_text(tag), tag)
    return frozenset(known.values())


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Double:
    """A row whose address stood on line `first` already; `status` is set when this row says they left."""

    line: int
    first: int
    email: str
    status: SubscriberStatus | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanNumbers:
    """How many rows become what; `added_by_status` splits `added`.

    `suppressions` are rows that only say that an address must never be mailed; `suppressed` is for how many
    addresses that is new.
    """

    added: int
    updated: int
    unchanged: int
    doubles: int
    kept_out: int
    refused: int
    suppressions: int
    suppressed: int
    added_by_status: Mapping[SubscriberStatus, int]


class StagedImport(Protocol):
    """Rows laid out beside the list, which they do not touch; every answer is in order of lines.

    The first of several rows with one address counts, except that leaving on any of them counts too.
    """

    def put(self, block: RowBlock) -> None:
        """Lay out more rows."""

    def decide(self) -> PlanNumbers:
        """Compare all rows with the list as it is now; call it once, after the last `put`."""

    def changes(self, limit: int | None = None) -> Iterator[ImportChange]:
        """Yield what is to be added and updated; the first `limit`, or all."""

    def updates(self, limit: int | None = None) -> Iterator[Update]:
        """Yield what is to be updated."""

    def refused(self, limit: int | None = None) -> Iterator[Refusal]:
        """Yield the rows that cannot be taken."""

    def kept_out(self, limit: int | None = None) -> Iterator[KeptOut]:
        """Yield the rows of readers who must not come back."""

    def doubles(self, limit: int | None = None) -> Iterator[Double]:
        """Yield the rows whose address stands on an earlier line."""

    def close(self) -> None:
        """Forget the rows."""


def _moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
