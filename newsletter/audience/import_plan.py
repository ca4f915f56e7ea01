"""Plan an import: what each row of a list file would do to the list, without doing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from newsletter.audience.columns import Columns, map_columns
from newsletter.audience.import_row import ImportRow, RowError, RowReader, join_tags
from newsletter.audience.importing import (
    DEPARTED,
    Addition,
    ExistingReaders,
    ImportChange,
    KeptOut,
    KeptOutReason,
    Refusal,
    Update,
)
from newsletter.audience.table import Row, Table
from newsletter.config.schema import Config
from newsletter.domain.subscriber import Subscriber, SubscriberStatus, SuppressionReason
from newsletter.errors import Problem

__all__ = ["ImportOptions", "ImportPlan", "plan_import"]

_BATCH = 1000

_KEPT_OUT_STATUS = {
    SubscriberStatus.UNSUBSCRIBED: KeptOutReason.UNSUBSCRIBED,
    SubscriberStatus.SUSPENDED: KeptOutReason.BOUNCED,
    SubscriberStatus.COMPLAINED: KeptOutReason.COMPLAINED,
    SubscriberStatus.ERASED: KeptOutReason.ERASED,
}
_KEPT_OUT_SUPPRESSION = {
    SuppressionReason.UNSUBSCRIBED: KeptOutReason.UNSUBSCRIBED,
    SuppressionReason.BOUNCED: KeptOutReason.BOUNCED,
    SuppressionReason.COMPLAINED: KeptOutReason.COMPLAINED,
    SuppressionReason.ERASED: KeptOutReason.ERASED,
    SuppressionReason.MANUAL: KeptOutReason.SUPPRESSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How to read a list.

    `day_first` reads `4-9-2024` as 4 September, which is refused otherwise; `replaces_tags` lets the
    tags of a row take the place of those a reader has, instead of joining them; `source` is where new
    readers come from when the file does not say.
    """

    day_first: bool = False
    replaces_tags: bool = False
    source: str | None = None


@dataclass(frozen=True, slots=True)
class _Unchanged:
    """A row that says nothing new."""


@dataclass(frozen=True, slots=True)
class _Double:
    """A row whose address stood on an earlier line."""

    warning: Problem


@dataclass(frozen=True, slots=True)
class _SecondHeader:
    """The header once more, in the middle of the rows."""

    warning: Problem


_Decision: TypeAlias = Addition | Update | _Unchanged | Refusal | KeptOut | _Double | _SecondHeader


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do, in numbers and exceptions; every row is counted once.

    `added`, `updated`, `unchanged`, `doubles` and the lengths of `refused` and `kept_out` add up to
    `total`. `added_by_status` splits `added`. `warnings` are things to look at: a guessed encoding,
    columns not taken, an address on two lines.
    """

    table: Table
    total: int
    added: int
    updated: int
    unchanged: int
    doubles: int
    added_by_status: Mapping[SubscriberStatus, int]
    refused: tuple[Refusal, ...]
    kept_out: tuple[KeptOut, ...]
    warnings: tuple[Problem, ...]
    reading: _Reading = field(repr=False)

    def changes(self, existing: ExistingReaders | None = None) -> Iterator[ImportChange]:
        """Yield what is to be added and updated, in order of lines, reading the file once more.

        `existing` is the list as it is now (default: the one planned with), so that who left since the
        plan was made stays away. Raises UsageError when the file changed since.
        """
        for decision in self.reading.decisions(existing):
            if isinstance(decision, Addition | Update):
                yield decision


def plan_import(
    table: Table, config: Config, existing: ExistingReaders, options: ImportOptions | None = None
) -> ImportPlan:
    """Return what importing `table` into the list `existing` would do.

    Fields are those of `[fields]`; an empty cell says nothing and takes nothing away. A reader on the
    list keeps status, joined, confirmed and source, except that a row may say that they left; nobody who
    left comes back. The first of several lines with one address counts, except that leaving on any of
    them counts too. Raises UsageError when the header is unusable.
    """
    options = options or ImportOptions()
    columns = map_columns(table, config)
    reading = _Reading(table, columns, config, existing, options, {})
    plan = _count(reading)
    if reading.departures:  # lines further down say that readers of earlier lines left: now known at once
        plan = _count(replace(reading, departures=dict(reading.departures)))
    return plan


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read one table; `departures` are the readers who left according to a later line."""

    table: Table
    columns: Columns
    config: Config
    existing: ExistingReaders
    options: ImportOptions
    departures: dict[str, SubscriberStatus]

    def decisions(self, existing: ExistingReaders | None = None) -> Iterator[_Decision]:
        """Yield what becomes of each row."""
        existing = self.existing if existing is None else existing
        reader = RowReader(self.columns, self.config, day_first=self.options.day_first)
        seen: dict[str, int] = {}
        batch: list[ImportRow] = []
        for row in self.table.rows():
            read = self._read(reader, row)
            if not isinstance(read, ImportRow):
                yield read
            elif read.key in seen:
                yield self._double(read, seen[read.key])
            else:
                seen[read.key] = read.line
                batch.append(read)
            if len(batch) == _BATCH:
                yield from self._decide(batch, existing)
                batch.clear()
        yield from self._decide(batch, existing)

    def _read(self, reader: RowReader, row: Row) -> ImportRow | Refusal | _SecondHeader:
        if row.fault:
            return Refusal(line=row.line, reason=row.fault, cells=row.cells)
        if _is_header(row.cells, self.table.header):
            place = self.table.place(row.line)
            return _SecondHeader(
                Problem(what="the header stands here once more; the line is passed over", place=place)
            )
        try:
            return reader.read(row.line, row.cells)
        except RowError as error:
            return Refusal(line=row.line, reason=str(error), cells=row.cells)

    def _double(self, row: ImportRow, first: int) -> _Double:
        what = f"{row.email} stands on line {first} already, and that line counts"
        if row.status in DEPARTED:
            self.departures.setdefault(row.key, row.status)
            what += f", but this one says {row.status}, so they are"
        return _Double(Problem(what=what, place=self.table.place(row.line)))

    def _decide(self, batch: list[ImportRow], existing: ExistingReaders) -> Iterator[_Decision]:
        if not batch:
            return
        keys = [row.key for row in batch]
        known, suppressed = existing.lookup(keys), existing.suppressed(keys)
        for row in batch:
            status = row.status
            if status not in DEPARTED:
                status = self.departures.get(row.key, status)
            yield _decision(row, status, known.get(row.key), suppressed.get(row.key), self)

    @property
    def source(self) -> str:
        """Return where readers come from when neither file nor user says."""
        return self.options.source or f"import {self.table.path.name}"


def _decision(
    row: ImportRow,
    status: SubscriberStatus | None,
    known: Subscriber | None,
    suppression: SuppressionReason | None,
    reading: _Reading,
) -> _Decision:
    reason = _KEPT_OUT_SUPPRESSION[suppression] if suppression else None
    if known and known.status in DEPARTED:
        reason = _KEPT_OUT_STATUS[known.status]
    if reason:
        is_known_gone = known is not None and status in DEPARTED
        return _Unchanged() if is_known_gone else KeptOut(line=row.line, email=row.email, reason=reason)
    if known is None:
        return Addition(
            line=row.line,
            email=row.email,
            key=row.key,
            status=status or SubscriberStatus.ACTIVE,
            lang=row.lang,
            fields=row.fields,
            tags=row.tags,
            joined=row.joined,
            confirmed=row.confirmed,
            source=row.source or reading.source,
        )
    after = _merge(row, status, known, replaces_tags=reading.options.replaces_tags)
    return _Unchanged() if after == known else Update(line=row.line, before=known, after=after)


def _merge(
    row: ImportRow, status: SubscriberStatus | None, known: Subscriber, *, replaces_tags: bool
) -> Subscriber:
    before = frozenset[str]() if replaces_tags and row.tags else known.tags
    return replace(
        known,
        status=status if status in DEPARTED and status else known.status,
        lang=row.lang or known.lang,
        fields={**known.fields, **row.fields},
        tags=join_tags(before, sorted(row.tags)),
        joined=known.joined or row.joined,
        confirmed=known.confirmed or row.confirmed,
        source=known.source or row.source,
    )


def _count(reading: _Reading) -> ImportPlan:
    numbers: Counter[type[_Decision]] = Counter()
    statuses: Counter[SubscriberStatus] = Counter()
    refused: list[Refusal] = []
    kept_out: list[KeptOut] = []
    warnings = [*reading.table.notes, *_ignored(reading)]
    for decision in reading.decisions():
        numbers[type(decision)] += 1
        match decision:
            case Addition():
                statuses[decision.status] += 1
            case Refusal():
                refused.append(decision)
            case KeptOut():
                kept_out.append(decision)
            case _Double() | _SecondHeader():
                warnings.append(decision.warning)
    return ImportPlan(
        table=reading.table,
        total=numbers.total() - numbers[_SecondHeader],
        added=numbers[Addition],
        updated=numbers[Update],
        unchanged=numbers[_Unchanged],
        doubles=numbers[_Double],
        added_by_status=dict(statuses),
        refused=tuple(refused),
        kept_out=tuple(kept_out),
        warnings=tuple(warnings),
        reading=reading,
    )


def _ignored(reading: _Reading) -> list[Problem]:
    if not reading.columns.ignored:
        return []
    names = ", ".join(reading.columns.ignored)
    return [
        Problem(
            what=f"columns that are not taken: {names}",
            place=reading.table.place(reading.table.header_line),
            why="they are no fields of this newsletter",
            fix="declare them in newsletter.toml as [fields.NAME] to take them",
        )
    ]


def _is_header(cells: tuple[str, ...], header: tuple[str, ...]) -> bool:
    if not header or cells[0].casefold() != header[0].casefold():  # the ordinary row: one look
        return False
    return [cell.casefold() for cell in cells] == [name.casefold() for name in header]
