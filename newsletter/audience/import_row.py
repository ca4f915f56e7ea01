"""Read the cells of one row as a reader: address, status, fields, each by its own rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from newsletter.audience.columns import Columns
from newsletter.audience.dialects import TagStyle
from newsletter.audience.importing import DEPARTED, join_tags
from newsletter.audience.literals import DayOrderError, LiteralError, read_day, read_field
from newsletter.audience.members import member_cells
from newsletter.audience.status_words import days_of_leaving, is_day, left_by, read_status, strongest
from newsletter.config.schema import Config
from newsletter.domain.address import AddressError, address_key, normalise_address
from newsletter.domain.subscriber import FieldType, FieldValue, SubscriberStatus

__all__ = ["ImportRow", "RowError", "RowReader", "excel_moment", "read_moment", "split_tags"]

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MOMENT = re.compile(
    r"(?P<day>[0-9./-]{8,10})[T ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)[0-9]{0,3}"
    r" ?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?(?: UTC)?"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_TAG = re.compile(r'"((?:[^"]|"")*)"|([^|,;\s"]+)')
_MAX_TAG = 100
_EXCEL = re.compile(r"[0-9]{5}(?:[.,][0-9]{1,10})?")
_EXCEL_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_EXCEL_FIRST, _EXCEL_LAST = 10_959, 73_051
_DAY_FIRST = ", or import with --day-first where it is day, month, year"

_T = TypeVar("_T")


class RowError(ValueError):
    """The row cannot be taken; the message says why, every reason of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """What a row says of a reader; None, or absent in `fields`, where it says nothing.

    `left` is when somebody left who has one of the statuses DEPARTED.
    """

    line: int
    email: str
    key: str
    status: SubscriberStatus | None
    lang: str | None
    fields: Mapping[str, FieldValue]
    tags: frozenset[str]
    joined: datetime | None
    confirmed: datetime | None
    source: str | None
    left: datetime | None = None


class RowReader:
    """Reads rows of one table, cell by cell; says every reason why one cannot be taken."""

    def __init__(self, columns: Columns, config: Config, *, day_first: bool = False) -> None:
        self._columns = columns
        self._fields = [(name, index, config.fields[name].type) for name, index in columns.fields.items()]
        self._day_first = day_first

    def read(self, line: int, cells: tuple[str, ...]) -> ImportRow:
        """Return what `cells`, one for each column, say. Raises RowError with every reason.

        A reader who left has left, whatever else in the row cannot be read.
        """
        reasons: list[str] = []
        cells = self._with_members(cells, reasons)
        email = self._email(cells, reasons)
        status = self._status(cells, reasons)
        row = ImportRow(
            line=line,
            email=email,
            key=address_key(email) if email else "",
            status=status,
            lang=self._read("lang", cells, self.lang_of, reasons),
            fields=self._read_fields(cells, reasons),
            tags=self._read("tags", cells, self.tags_of, reasons) or frozenset(),
            joined=self._moment("joined", cells, reasons),
            confirmed=self._moment("confirmed", cells, reasons),
            source=self._read("source", cells, _source_of, reasons),
            left=self._left(status, cells),
        )
        if reasons and not (row.email and row.status in DEPARTED):
            raise RowError("; ".join(reasons))
        return row

    # --- cells ----------------------------------------------------------------------------------------

    def lang_of(self, text: str) -> str:
        """Return the language tag `text` as it is written (RFC 5646 2.1.1). Raises LiteralError."""
        if not _LANGUAGE.fullmatch(text):
            raise LiteralError(f'"{text[:40]}" is not a language tag such as nl or en')
        first, *rest = text.split("-")
        return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])

    def tags_of(self, text: str) -> frozenset[str]:
        """Return the tags in `text`. Raises LiteralError."""
        tags = join_tags(frozenset(), split_tags(text, self._columns.tags))
        if any(len(tag) > _MAX_TAG or _CONTROL.search(tag) for tag in tags):
            raise LiteralError(f"a tag is longer than {_MAX_TAG} characters or holds a control character")
        return tags

    def moment_of(self, text: str) -> datetime:
        """Return the moment in `text`, in UTC. Raises LiteralError."""
        days = excel_moment(text)
        if days is not None:
            return days
        try:
            return read_moment(text, day_first=self._day_first)
        except DayOrderError as error:
            raise LiteralError(f"{error}{_DAY_FIRST}") from None

    def field_of(self, kind: FieldType) -> Callable[[str], FieldValue]:
        """Return what reads the fields of `kind`; it raises LiteralError."""

        def read(text: str) -> FieldValue:
            if _CONTROL.search(text):
                raise LiteralError("a control character stands in it")
            days = excel_moment(text) if kind is FieldType.DATE else None
            if days is not None:
                return days.date().isoformat()
            try:
                return read_field(text, kind, day_first=self._day_first)
            except DayOrderError as error:
                raise LiteralError(f"{error}{_DAY_FIRST}") from None

        return read

    # --- rows -----------------------------------------------------------------------------------------

    def _with_members(self, cells: tuple[str, ...], reasons: list[str]) -> tuple[str, ...]:
        members = self._columns.members
        try:
            return (*cells, *member_cells(members, cells))
        except LiteralError as error:
            reasons.append(str(error))
            return (*cells, *[""] * len(members))

    def _cell(self, name: str, cells: tuple[str, ...]) -> str:
        index = self._columns.built_in.get(name)
        return "" if index is None else cells[index]

    def _read(
        self, name: str, cells: tuple[str, ...], read: Callable[[str], _T], reasons: list[str]
    ) -> _T | None:
        text = self._cell(name, cells)
        try:
            return read(text) if text else None
        except LiteralError as error:
            reasons.append(str(error))
            return None

    def _email(self, cells: tuple[str, ...], reasons: list[str]) -> str:
        try:
            return normalise_address(cells[self._columns.email])
        except AddressError as error:
            reasons.append(str(error))
            return ""

    def _status(self, cells: tuple[str, ...], reasons: list[str]) -> SubscriberStatus | None:
        """Return the status; when no column says one, how the reader left if it stands there when."""
        said: list[SubscriberStatus | None] = []
        for column in self._columns.statuses:
            text = cells[column.index]
            try:
                said.append(read_status(text, column.words) if text else None)
            except LiteralError as error:
                reasons.append(str(error))
        if any(cells[column.index] for column in self._columns.statuses):
            return strongest(said)
        days = left_by(self._columns.built_in)
        left = (status for name, status in days if is_day(self._cell(name, cells)))
        return next(left, None) or self._columns.file_status or self._unless_confirmed(cells)

    def _unless_confirmed(self, cells: tuple[str, ...]) -> SubscriberStatus | None:
        return None if self._cell("confirmed", cells) else self._columns.unconfirmed_status

    def _left(self, status: SubscriberStatus | None, cells: tuple[str, ...]) -> datetime | None:
        """Return when somebody left; a day that cannot be read keeps nobody from having left."""
        for name in days_of_leaving(status):
            text = self._cell(name, cells)
            with suppress(LiteralError):
                if text:
                    return self.moment_of(text)
        return None

    def _moment(self, name: str, cells: tuple[str, ...], reasons: list[str]) -> datetime | None:
        said: list[str] = []
        moment = self._read(name, cells, self.moment_of, said)
        reasons += [f"{name}: {reason}" for reason in said]
        return moment

    def _read_fields(self, cells: tuple[str, ...], reasons: list[str]) -> dict[str, FieldValue]:
        values: dict[str, FieldValue] = {}
        for name, index, kind in self._fields:
            text = cells[index]
            if _CONTROL.search(text):
                reasons.append(f"a control character stands in {name}")
                continue
            try:
                if text:
                    values[name] = self.field_of(kind)(text)
            except LiteralError as error:
                reasons.append(f"{name}: {error}")
        return values


def excel_moment(text: str) -> datetime | None:
    """Return the moment that a spreadsheet keeps as the number `text`; None when it is none.

    Days since 30 December 1899, with a part of a day behind the point (ECMA-376, 18.17.4.1); 1930 to 2100.
    """
    if not _EXCEL.fullmatch(text):
        return None
    days = float(text.replace(",", "."))
    if not _EXCEL_FIRST <= days < _EXCEL_LAST:
        return None
    return _EXCEL_EPOCH + timedelta(seconds=round(days * 86_400))


def split_tags(text: str, style: TagStyle) -> list[str]:
    """Return the tags in `text`, in the order in which they stand there."""
    if style is TagStyle.COMMAS:
        return [tag.strip(" []\"'") for tag in text.split(",")]
    return [quoted.replace('""', '"') if quoted else bare for quoted, bare in _TAG.findall(text)]


def _source_of(text: str) -> str:
    if _CONTROL.search(text):
        raise LiteralError("a control character stands in the source")
    return text


def read_moment(text: str, *, day_first: bool = False) -> datetime:
    """Return the moment in `text`, in UTC: a day is its midnight, a time without a zone is UTC.

    Raises LiteralError.
    """
    match = _MOMENT.fullmatch(text)
    if not match:
        return datetime.combine(read_day(text, day_first=day_first), time(), UTC)
    day = read_day(match["day"], day_first=day_first).isoformat()
    zone = (match["zone"] or "Z").replace("UTC", "Z")
    try:
        return datetime.fromisoformat(f"{day}T{match['time']}{zone}").astimezone(UTC)
    except (ValueError, OverflowError):
        raise LiteralError(f'"{text}" is not a time; write it as 2024-09-04 12:30') from None
