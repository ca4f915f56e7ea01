"""Plan an import: lay the rows of a list file out beside the list, and see what each would do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path

from newsletter.audience.address_doubts import AddressDoubts
from newsletter.audience.block_reader import BlockReader
from newsletter.audience.column_mapping import (
    ColumnChoices,
    is_of_its_dialect,
    map_columns,
    may_hold_addresses,
    refuse_unknown_columns,
)
from newsletter.audience.columns import Columns
from newsletter.audience.importing import ImportChange, KeptOut, PlanNumbers, Refusal, StagedImport, Update
from newsletter.audience.suppression_reader import SuppressionReader, holds_suppressions
from newsletter.audience.table import Table
from newsletter.config.schema import Config
from newsletter.domain.subscriber import SubscriberStatus
from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["ImportOptions", "ImportPlan", "PlannedFile", "plan_import"]

_TOLD = 100
"""Most notes of one kind; of a file with a hundred double rows nobody reads the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How to read a list.

    `day_first` reads `4-9-2024` as 4 September, which is refused otherwise; `replaces_tags` lets the
    tags of a row take the place of those a reader has, instead of joining them; `source` is where new
    readers come from when the file does not say; `columns` is what the user says of the columns.
    """

    day_first: bool = False
    replaces_tags: bool = False
    source: str | None = None
    columns: ColumnChoices = field(default_factory=ColumnChoices)

    def source_of(self, path: Path) -> str:
        """Return where new readers in the file at `path` come from when their rows do not say."""
        return self.source or f"import {path.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedFile:
    """One file of an import: its table, what its columns are, and how far its lines are moved down.

    In the plan the lines of all files follow each other; those of the first are where they are.
    """

    table: Table
    columns: Columns
    moved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """What an import would do, in numbers and exceptions; every row is counted once.

    `shown_path` is what the user named. The numbers add up to `total`; `last_line` is the last line there
    is. `warnings` are things to look at: a guessed encoding, columns not taken, an address twice, a slip.
    Close it when you are done: its rows are kept until then.
    """

    shown_path: str
    files: tuple[PlannedFile, ...]
    total: int
    last_line: int
    numbers: PlanNumbers
    warnings: tuple[Problem, ...]
    staged: StagedImport

    @property
    def digest(self) -> str:
        """Return the SHA-256 (hex) of the file, or over the digests of all files."""
        digests = [one.table.digest for one in self.files]
        return digests[0] if len(digests) == 1 else sha256("".join(digests).encode()).hexdigest()

    def file_of(self, line: int) -> PlannedFile:
        """Return the file in which `line` of the plan is."""
        return _file_of(self.files, line)

    def place(self, line: int) -> Place:
        """Return where `line` of the plan is."""
        return _place(self.files, line)

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
    tables: Sequence[Table],
    config: Config,
    staged: StagedImport,
    options: ImportOptions | None = None,
    shown: str | None = None,
    told: Callable[[int], None] = lambda _bytes: None,
) -> ImportPlan:
    """Return what importing `tables` would do, after laying their rows out in `staged`.

    Fields are those of `[fields]`; an empty cell says nothing and takes nothing away. A reader on the
    list keeps status, joined, confirmed and source, except that a row may say that they left; nobody who
    left comes back. Of several tables those without an address are passed over. `shown` is what the user
    named. `told` is told how many bytes are read.
    Raises UsageError when a header is unusable or a file changes meanwhile.
    """
    options = options or ImportOptions()
    chosen, passed_over = _choose(tables, config, options)
    files: list[PlannedFile] = []
    headers: list[int] = []
    doubts = AddressDoubts()
    total, last_line, size = 0, 0, 0
    for table, columns in chosen:
        one = PlannedFile(table=table, columns=columns, moved=last_line)
        files.append(one)
        reader = _reader(table, columns, config, options)
        for block in table.blocks(lambda done, before=size: told(before + done)):  # type: ignore[misc]
            for rows in reader.read(block):
                moved = rows.moved(one.moved)
                staged.put(moved)
                doubts.note(moved)
                total += rows.total
                last_line = max(last_line, moved.last_line)
                headers += moved.headers[: _TOLD - len(headers)]
        size += table.scan.size
    numbers = staged.decide()
    warnings = [note for one in files for note in (*one.table.notes, *_ignored(one), *_unsaid(one))]
    warnings += [*passed_over, *_second_headers(files, headers), *_doubles(files, staged, numbers.doubles)]
    warnings += doubts.problems(partial(_place, files))
    return ImportPlan(
        shown_path=shown or files[0].table.shown_path,
        files=tuple(files),
        total=total,
        last_line=last_line,
        numbers=numbers,
        warnings=tuple(warnings),
        staged=staged,
    )


def _reader(
    table: Table, columns: Columns, config: Config, options: ImportOptions
) -> BlockReader | SuppressionReader:
    if holds_suppressions(table):
        return SuppressionReader(table)
    return BlockReader(table, columns, config, day_first=options.day_first)


def _columns(table: Table, config: Config, choices: ColumnChoices) -> Columns:
    if holds_suppressions(table):
        return SuppressionReader(table).columns
    return map_columns(table, config, choices)


def _choose(
    tables: Sequence[Table], config: Config, options: ImportOptions
) -> tuple[list[tuple[Table, Columns]], list[Problem]]:
    """Return the tables to read with what their columns are, and notes on those passed over."""
    if len(tables) == 1:
        return [(tables[0], _columns(tables[0], config, options.columns))], []
    refuse_unknown_columns(tables, options.columns)
    chosen: list[tuple[Table, Columns]] = []
    passed_over: list[Problem] = []
    for table in tables:
        choices = options.columns.of(table)
        if may_hold_addresses(table, choices):
            chosen.append((table, _columns(table, config, choices)))
        else:
            what = "passed over, because no column holds an address"
            passed_over.append(Problem(what=what, place=table.place()))
    if not chosen:
        raise UsageError(*passed_over)
    title = _title(chosen)
    if title is not None:
        passed_over += [_strange(table, title) for table, one in chosen if not _is_list(table, one)]
        chosen = [one for one in chosen if _is_list(*one)]
    return chosen, passed_over


def _title(chosen: Sequence[tuple[Table, Columns]]) -> str | None:
    """Return whose export it is, None when no header says so."""
    titles = (one.dialect.title for table, one in chosen if one.dialect and is_of_its_dialect(table, one))
    return next(titles, None)


def _is_list(table: Table, columns: Columns) -> bool:
    """Say whether `table` is a list of an export, or says itself where people stand.

    Substack tells in files of their own who was sent and who opened each post: who is only there may have
    left.
    """
    return is_of_its_dialect(table, columns) or columns.tells_status or holds_suppressions(table)


def _unsaid(file: PlannedFile) -> Iterator[Problem]:
    """Yield what to know of a list whose name should say who is in it, and does not."""
    columns = file.columns
    if columns.unconfirmed_status is None or columns.dialect is None or columns.statuses:
        return
    names = ", ".join(f"{name}_…" for name in columns.dialect.files)
    yield Problem(
        what=f"a list of {columns.dialect.title} under a name of your own does not say who is in it:"
        f" whoever has no time of confirmation is taken as {columns.unconfirmed_status}, and not mailed",
        place=file.table.place(),
        fix=f"give it the beginning of its name back, one of {names}",
    )


def _strange(table: Table, title: str) -> Problem:
    return Problem(
        what=f"passed over, because it is no list of {title} and says of nobody whether they left",
        place=table.place(),
        fix="if these are readers, import it by itself",
    )


def _file_of(files: Sequence[PlannedFile], line: int) -> PlannedFile:
    return next(one for one in reversed(files) if line > one.moved)


def _place(files: Sequence[PlannedFile], line: int) -> Place:
    one = _file_of(files, line)
    return one.table.place(line - one.moved)


def _ignored(one: PlannedFile) -> list[Problem]:
    if not one.columns.ignored:
        return []
    return [
        Problem(
            what=f"columns that are not taken: {', '.join(one.columns.ignored)}",
            place=one.table.place(one.table.header_line),
            why="they are no fields of this newsletter",
            fix="declare them in newsletter.toml as [fields.NAME] to take them",
        )
    ]


def _second_headers(files: Sequence[PlannedFile], lines: list[int]) -> list[Problem]:
    what = "the header stands here once more; the line is passed over"
    return [Problem(what=what, place=_place(files, line)) for line in lines]


def _doubles(files: Sequence[PlannedFile], staged: StagedImport, count: int) -> list[Problem]:
    problems = []
    for double in staged.doubles(_TOLD):
        place, first = _place(files, double.line), _place(files, double.first)
        where = f"line {first.line}" if first.path == place.path else str(first)
        what = f"{double.email} stands on {where} already, and that line counts"
        if double.status:
            what += f", but this one says {double.status}, so they are"
        problems.append(Problem(what=what, place=place))
    if count > _TOLD:
        what = f"{count - _TOLD} more lines have an address that stands on an earlier line"
        problems.append(Problem(what=what, place=files[0].table.place()))
    return problems
