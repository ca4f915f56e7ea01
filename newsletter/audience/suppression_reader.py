"""Read a list of addresses that must never be mailed: the file `suppressions.csv` of an export."""

from __future__ import annotations

from collections.abc import Iterator

from newsletter.audience.columns import Columns
from newsletter.audience.dialects import plain
from newsletter.audience.import_row import read_moment
from newsletter.audience.importing import Refusal
from newsletter.audience.list_files import SUPPRESSION_COLUMNS
from newsletter.audience.literals import LiteralError
from newsletter.audience.records import Block, Record
from newsletter.audience.row_block import NewSuppression, RowBlock
from newsletter.audience.table import Row, Table
from newsletter.domain.address import address_key
from newsletter.domain.subscriber import SuppressionReason

__all__ = ["SuppressionReader", "holds_suppressions"]

_REASONS = {reason.value: reason for reason in SuppressionReason if reason is not SuppressionReason.ERASED}


def holds_suppressions(table: Table) -> bool:
    """Say whether `table` is a list of addresses that must never be mailed."""
    return {plain(name) for name in SUPPRESSION_COLUMNS} <= {plain(name) for name in table.header}


class SuppressionReader:
    """Reads the rows of such a table, one by one: there are few."""

    def __init__(self, table: Table) -> None:
        """Read `table`, for which `holds_suppressions` holds."""
        names = [plain(name) for name in table.header]
        self._table = table
        self._email, self._reason, self._since = (names.index(plain(name)) for name in SUPPRESSION_COLUMNS)
        self.columns = Columns(
            email=self._email,
            built_in={},
            fields={},
            ignored=(),
            shown=tuple(
                (name, "never mailed" if plain(name) in map(plain, SUPPRESSION_COLUMNS) else "not taken")
                for name in table.header
                if name
            ),
        )

    def read(self, block: Block) -> Iterator[RowBlock]:
        """Yield what stands in `block`."""
        records = [Record(line, tuple(cells)) for line, cells in zip(block.lines, block.rows, strict=True)]
        found: list[NewSuppression] = []
        refused: list[Refusal] = []
        for record in (*records, *block.records):
            row = self._table.row_of(record)
            if row is None:
                continue
            try:
                found.append(self._read(row))
            except ValueError as error:
                refused.append(Refusal(line=row.line, reason=str(error), cells=row.cells))
        yield RowBlock(suppressions=found, refused=refused)

    def _read(self, row: Row) -> NewSuppression:
        """Return what `row` says. Raises LiteralError, AddressError."""
        if row.fault:
            raise LiteralError(row.fault)
        reason = _REASONS.get(row.cells[self._reason].casefold())
        if reason is None:
            known = ", ".join(_REASONS)
            raise LiteralError(f'"{row.cells[self._reason][:40]}" is not a reason; known are {known}')
        return NewSuppression(
            line=row.line,
            key=address_key(row.cells[self._email]),
            reason=reason,
            since=read_moment(row.cells[self._since]),
        )
