"""Read the rows of a list column by column; what is out of the ordinary goes row by row.

Reading a column at once costs a tenth of reading cell by cell. A cell that a column does not know how to
read says only that its row is odd: what is wrong with it, if anything, `RowReader` says. Both read the
same, which a property test holds them to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import compress
from typing import Generic, TypeVar

from newsletter.audience.columns import Columns
from newsletter.audience.import_row import ImportRow, RowError, RowReader
from newsletter.audience.importing import Refusal
from newsletter.audience.literals import LiteralError
from newsletter.audience.members import member_cells
from newsletter.audience.records import Block, Record
from newsletter.audience.row_block import RowBlock, block_of
from newsletter.audience.status_words import days_of_leaving, is_day, left_by, read_status, strongest
from newsletter.audience.table import Table
from newsletter.config.schema import Config
from newsletter.domain.address import plain_addresses
from newsletter.domain.subscriber import FieldType, FieldValue, SubscriberStatus

__all__ = ["BlockReader"]

_MANY = 10_000  # more different values than this are not worth keeping

_T = TypeVar("_T")


class _Odd:
    """Stands where a cell cannot be read in the ordinary way."""


_ODD = _Odd()


class _Cells(dict[str, "_T | _Odd | None"], Generic[_T]):
    """What the cells of a column mean, read once for each different text; an empty cell says nothing."""

    def __init__(self, read: Callable[[str], _T]) -> None:
        super().__init__({"": None})
        self._read = read

    def __missing__(self, text: str) -> _T | _Odd | None:
        value: _T | _Odd
        try:
            value = self._read(text)
        except ValueError:
            value = _ODD
        self[text] = value
        return value

    def column(self, cells: Sequence[str]) -> list[_T | _Odd | None]:
        """Return the value of each of `cells`."""
        if len(self) > _MANY:
            self.clear()
            self[""] = None
        return list(map(self.__getitem__, cells))


class BlockReader:
    """Reads the rows of one table."""

    def __init__(self, table: Table, columns: Columns, config: Config, *, day_first: bool) -> None:
        """Read `table` by `columns`; `day_first` reads 4-9-2024 as 4 September."""
        self._table = table
        self._width = len(table.header)
        self._header = [name.casefold() for name in table.header]
        self._columns = columns
        self._rows = RowReader(columns, config, day_first=day_first)
        self._statuses = [
            (column.index, _Cells(partial(read_status, words=column.words))) for column in columns.statuses
        ]
        self._langs = _Cells(self._rows.lang_of)
        self._moments = _Cells(self._rows.moment_of)
        self._tags = _Cells(self._rows.tags_of)
        self._kinds = {name: config.fields[name].type for name in columns.fields}
        self._fields = {name: _Cells(self._rows.field_of(kind)) for name, kind in self._kinds.items()}

    def read(self, block: Block) -> Iterator[RowBlock]:
        """Yield what stands in `block`: every row once, as a row or as refused."""
        odd = list(block.records)
        is_whole = [len(row) == self._width for row in block.rows]
        if all(is_whole):
            lines, rows = block.lines, block.rows
        else:
            lines, rows = list(compress(block.lines, is_whole)), list(compress(block.rows, is_whole))
            odd += [
                Record(line, tuple(row))
                for line, row, is_fine in zip(block.lines, block.rows, is_whole, strict=True)
                if not is_fine
            ]
        if rows:
            plain, strange = self._read_columns(lines, rows)
            odd += [Record(lines[index], tuple(rows[index])) for index in sorted(strange)]
            yield plain
        if odd:
            yield self._read_rows(odd)

    def _read_columns(self, lines: Sequence[int], rows: Sequence[Sequence[str]]) -> tuple[RowBlock, set[int]]:
        """Return the rows that are plain, and the places of those that are not."""
        cells, strange = self._with_members(rows, list(zip(*rows, strict=True)))
        emails, keys = plain_addresses(_stripped(cells[self._columns.email]))
        built_in = {name: _stripped(cells[index]) for name, index in self._columns.built_in.items()}
        none: list[None] = [None] * len(rows)

        def column(name: str, known: _Cells[_T]) -> Sequence[object]:
            return known.column(built_in[name]) if name in built_in else none

        columns: list[Sequence[object]] = [
            lines,
            emails,
            keys,
            self._status_column(cells, built_in, len(rows)),
            column("lang", self._langs),
            _texts(built_in["source"]) if "source" in built_in else none,
            self._tags_column(built_in, len(rows)),
            column("joined", self._moments),
            column("confirmed", self._moments),
            *(
                self._field_column(name, _stripped(cells[index]))
                for name, index in self._columns.fields.items()
            ),
        ]
        left = self._left(lines, columns[3], built_in)
        strange |= {index for index, email in enumerate(emails) if email is None}
        for values in columns[3:]:
            if _ODD in values:
                strange.update(index for index, value in enumerate(values) if value is _ODD)
        if strange:
            is_plain = [index not in strange for index in range(len(rows))]
            columns = [list(compress(values, is_plain)) for values in columns]
        return self._block(columns, left), strange

    def _block(self, columns: list[Sequence[object]], left: Mapping[int, datetime]) -> RowBlock:
        lines, emails, keys, statuses, langs, sources, tags, joined, confirmed, *fields = columns
        # mypy cannot know that no odd value is left, nor which column has which type.
        return RowBlock(
            lines=lines,  # type: ignore[arg-type]
            emails=emails,  # type: ignore[arg-type]
            keys=keys,  # type: ignore[arg-type]
            statuses=statuses,  # type: ignore[arg-type]
            langs=langs,  # type: ignore[arg-type]
            sources=sources,  # type: ignore[arg-type]
            tags=tags,  # type: ignore[arg-type]
            joined=joined,  # type: ignore[arg-type]
            confirmed=confirmed,  # type: ignore[arg-type]
            left=[(line, left[line]) for line in lines if line in left] if left else (),  # type: ignore[misc, index]
            fields=tuple(zip(self._kinds, fields, strict=True)),  # type: ignore[arg-type]
        )

    def _status_column(
        self, cells: Sequence[Sequence[str]], built_in: Mapping[str, Sequence[str]], count: int
    ) -> Sequence[object]:
        said: list[SubscriberStatus | _Odd | None] = [None] * count
        for index, known in self._statuses:
            column = known.column(_stripped(cells[index]))
            said = column if len(self._statuses) == 1 else list(map(_stronger, said, column))
        for name, status in left_by(built_in):
            said = [
                status if value is None and is_day(cell) else value
                for value, cell in zip(said, built_in[name], strict=True)
            ]
        if self._columns.file_status:
            said = [self._columns.file_status if value is None else value for value in said]
        if self._columns.unconfirmed_status:
            confirmed = built_in.get("confirmed") or [""] * count
            said = [
                self._columns.unconfirmed_status if value is None and not cell else value
                for value, cell in zip(said, confirmed, strict=True)
            ]
        return said

    def _left(
        self, lines: Sequence[int], statuses: Sequence[object], built_in: Mapping[str, Sequence[str]]
    ) -> dict[int, datetime]:
        """Return when those left who did, by line, as far as it stands there."""
        if not left_by(built_in):
            return {}
        found: dict[int, datetime] = {}
        for index, status in enumerate(statuses):
            if not isinstance(status, SubscriberStatus):
                continue
            for name in days_of_leaving(status):
                moment = self._moments[built_in[name][index]] if name in built_in else None
                if isinstance(moment, datetime):
                    found[lines[index]] = moment
                    break
        return found

    def _with_members(
        self, rows: Sequence[Sequence[str]], cells: list[tuple[str, ...]]
    ) -> tuple[list[tuple[str, ...]], set[int]]:
        """Return `cells` with the columns of members behind them, and the places of rows without any."""
        if not self._columns.members:
            return cells, set()
        nothing = [""] * len(self._columns.members)
        found: list[list[str]] = []
        strange: set[int] = set()
        for index, row in enumerate(rows):
            try:
                found.append(member_cells(self._columns.members, row))
            except LiteralError:
                strange.add(index)
                found.append(nothing)
        return [*cells, *zip(*found, strict=True)], strange

    def _tags_column(self, built_in: Mapping[str, Sequence[str]], count: int) -> Sequence[object]:
        nothing = frozenset[str]()
        if "tags" not in built_in:
            return [nothing] * count
        return [nothing if tags is None else tags for tags in self._tags.column(built_in["tags"])]

    def _field_column(self, name: str, cells: Sequence[str]) -> Sequence[object]:
        return _texts(cells) if self._kinds[name] is FieldType.TEXT else self._fields[name].column(cells)

    def _read_rows(self, records: Sequence[Record]) -> RowBlock:
        taken: list[ImportRow] = []
        refused: list[Refusal] = []
        headers: list[int] = []
        for record in records:
            row = self._table.row_of(record)
            if row is None:
                continue
            if row.fault:
                refused.append(Refusal(line=row.line, reason=row.fault, cells=row.cells))
            elif self._is_header(row.cells):
                headers.append(row.line)
            else:
                try:
                    taken.append(self._rows.read(row.line, row.cells))
                except RowError as error:
                    refused.append(Refusal(line=row.line, reason=str(error), cells=row.cells))
        return block_of(taken, tuple(self._kinds), refused, headers)

    def _is_header(self, cells: Sequence[str]) -> bool:
        return [cell.casefold() for cell in cells] == self._header


def _stronger(
    one: SubscriberStatus | _Odd | None, other: SubscriberStatus | _Odd | None
) -> SubscriberStatus | _Odd | None:
    if isinstance(one, _Odd) or isinstance(other, _Odd):
        return _ODD
    return strongest((one, other))


def _stripped(cells: Sequence[str]) -> list[str]:
    return list(map(str.strip, cells))


def _texts(cells: Sequence[str]) -> Sequence[FieldValue | _Odd | None]:
    if all(map(str.isprintable, cells)):
        return [cell or None for cell in cells]
    return [(cell or None) if cell.isprintable() else _ODD for cell in cells]
