"""Rows of a list as columns of values, which is how a million of them go from file to store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from newsletter.audience.import_row import ImportRow
from newsletter.audience.importing import Refusal
from newsletter.domain.subscriber import FieldValue, SubscriberStatus, SuppressionReason

__all__ = ["NewSuppression", "RowBlock", "block_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSuppression:
    """An address (by its `address_key`) that must never be mailed, on the list or not."""

    line: int
    key: str
    reason: SuppressionReason
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RowBlock:
    """What some rows say, a column for each thing; the same place in every column is the same row.

    A value is None where the row says nothing; the meaning of each is that of `ImportRow`. `refused` are
    the rows that cannot be taken, `headers` the lines on which the header stands once more. `total` counts
    rows, refused ones too. `left` has the lines of those who left, where it is known when. `suppressions` are
    rows of another kind. Lines are unique and in any order.
    """

    lines: Sequence[int] = ()
    emails: Sequence[str] = ()
    keys: Sequence[str] = ()
    statuses: Sequence[SubscriberStatus | None] = ()
    langs: Sequence[str | None] = ()
    sources: Sequence[str | None] = ()
    tags: Sequence[frozenset[str]] = ()
    joined: Sequence[datetime | None] = ()
    confirmed: Sequence[datetime | None] = ()
    fields: Sequence[tuple[str, Sequence[FieldValue | None]]] = ()
    left: Sequence[tuple[int, datetime]] = ()
    refused: Sequence[Refusal] = ()
    headers: Sequence[int] = ()
    suppressions: Sequence[NewSuppression] = ()

    @property
    def total(self) -> int:
        """Return the number of rows."""
        return len(self.lines) + len(self.refused) + len(self.suppressions)

    def moved(self, by: int) -> RowBlock:
        """Return the same rows `by` lines further down."""
        if not by:
            return self
        return replace(
            self,
            lines=[line + by for line in self.lines],
            left=[(line + by, at) for line, at in self.left],
            refused=[replace(one, line=one.line + by) for one in self.refused],
            headers=[line + by for line in self.headers],
            suppressions=[replace(one, line=one.line + by) for one in self.suppressions],
        )

    @property
    def last_line(self) -> int:
        """Return the last line there is something on; 0 for none."""
        refused = [one.line for one in self.refused]
        suppressions = [one.line for one in self.suppressions]
        return max([max(self.lines, default=0), *refused, *suppressions, *self.headers])


def block_of(
    rows: Sequence[ImportRow], fields: Sequence[str], refused: Sequence[Refusal], headers: Sequence[int]
) -> RowBlock:
    """Return `rows`, which were read one by one, as a block; `fields` are the columns to make."""
    return RowBlock(
        lines=[row.line for row in rows],
        emails=[row.email for row in rows],
        keys=[row.key for row in rows],
        statuses=[row.status for row in rows],
        langs=[row.lang for row in rows],
        sources=[row.source for row in rows],
        tags=[row.tags for row in rows],
        joined=[row.joined for row in rows],
        confirmed=[row.confirmed for row in rows],
        left=[(row.line, row.left) for row in rows if row.left is not None],
        fields=[(name, [row.fields.get(name) for row in rows]) for name in fields],
        refused=refused,
        headers=headers,
    )
