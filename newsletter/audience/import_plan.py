"""Plan an import: lay the rows of a list file out beside the list, and see what each would do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from newsletter.audience.block_reader import BlockReader
from newsletter.audience.columns import Columns, map_columns
from newsletter.audience.importing import ImportChange, KeptOut, PlanNumbers, Refusal, StagedImport, Update
from newsletter.audience.table import Table
from newsletter.config.schema import Config
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.errors import Problem

__all__ = ["ImportOptions", "ImportPlan", "plan_import"]

_TOLD = 100
"""Most notes of one kind; of a file with a hundred double rows nobody reads the next."""


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

    def source_of(self, table: Table) -> str:
        """Return where new readers of `table` come from when their rows do not say."""
        return self.source or f"import {table.path.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do, in numbers and exceptions; every row is counted once.

    The numbers add up to `total`; `last_line` is the last line on which a row begins. `warnings` are things
    to look at: a guessed encoding, columns not taken, an address on two lines. Close it when you are done:
    its rows are kept until then.
    """

    table: Table
    total: int
    last_line: int
    numbers: PlanNumbers
    warnings: tuple[Problem, ...]
    staged: StagedImport

    @property
    def added(self) -> int:
        """Return how many readers are new."""
        return self.numbers.added

    @property
    def updated(self) -> int:
        """Return how many readers would be changed."""
        return self.numbers.updated

    @property
    def unchanged(self) -> int:
        """Return how many rows say nothing new."""
        return self.numbers.unchanged

    @property
    def doubles(self) -> int:
        """Return how many rows have the address of an earlier one."""
        return self.numbers.doubles

    @property
    def added_by_status(self) -> Mapping[SubscriberStatus, int]:
        """Return how many readers are new, by status."""
        return self.numbers.added_by_status

    def changes(self, limit: int | None = None) -> Iterator[ImportChange]:
        """Yield what is to be added and updated, in order of lines."""
        return self.staged.changes(limit)

    def updates(self, limit: int | None = None) -> Iterator[Update]:
        """Yield what is to be updated, in order of lines."""
        return self.staged.updates(limit)

    def refused(self, limit: int | None = None) -> Iterator[Refusal]:
        """Yield the rows that cannot be taken, in order of lines."""
        return self.staged.refused(limit)

    def kept_out(self, limit: int | None = None) -> Iterator[KeptOut]:
        """Yield the rows of readers who left, bounced, complained or were forgotten, in order of lines."""
        return self.staged.kept_out(limit)

    def close(self) -> None:
        """Forget the rows."""
        self.staged.close()


def plan_import(
    table: Table,
    config: Config,
    staged: StagedImport,
    options: ImportOptions | None = None,
    told: Callable[[int], None] = lambda _bytes: None,
) -> ImportPlan:
    """Return what importing `table` would do, after laying its rows out in `staged`.

    Fields are those of `[fields]`; an empty cell says nothing and takes nothing away. A reader on the
    list keeps status, joined, confirmed and source, except that a row may say that they left; nobody who
    left comes back. `told` is told how many bytes of the file are read.
    Raises UsageError when the header is unusable or the file changes meanwhile.
    """
    options = options or ImportOptions()
    columns = map_columns(table, config)
    reader = BlockReader(table, columns, config, day_first=options.day_first)
    headers: list[int] = []
    total, last_line = 0, 0
    for block in table.blocks(told):
        for rows in reader.read(block):
            staged.put(rows)
            total += rows.total
            last_line = max([last_line, *rows.lines[-1:]])
            headers += rows.headers[: _TOLD - len(headers)]
    numbers = staged.decide()
    warnings = [*table.notes, *_ignored(table, columns), *_second_headers(table, headers)]
    warnings += _doubles(table, staged, numbers.doubles)
    return ImportPlan(
        table=table,
        total=total,
        last_line=last_line,
        numbers=numbers,
        warnings=tuple(warnings),
        staged=staged,
    )


def _ignored(table: Table, columns: Columns) -> list[Problem]:
    if not columns.ignored:
        return []
    return [
        Problem(
            what=f"columns that are not taken: {', '.join(columns.ignored)}",
            place=table.place(table.header_line),
            why="they are no fields of this newsletter",
            fix="declare them in newsletter.toml as [fields.NAME] to take them",
        )
    ]


def _second_headers(table: Table, lines: list[int]) -> list[Problem]:
    what = "the header stands here once more; the line is passed over"
    return [Problem(what=what, place=table.place(line)) for line in lines]


def _doubles(table: Table, staged: StagedImport, count: int) -> list[Problem]:
    problems = []
    for double in islice(staged.doubles(_TOLD), count):
        what = f"{double.email} stands on line {double.first} already, and that line counts"
        if double.status:
            what += f", but this one says {double.status}, so they are"
        problems.append(Problem(what=what, place=table.place(double.line)))
    if count > _TOLD:
        what = f"{count - _TOLD} more lines have an address that stands on an earlier line"
        problems.append(Problem(what=what, place=table.place()))
    return problems
