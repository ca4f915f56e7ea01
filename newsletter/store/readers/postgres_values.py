"""Values that segments compare, as PostgreSQL 15 and later finds them in a JSONB column.

An index holds the values of a field that are of the type it is declared with: a comparison looks at those
readers alone, and what is a day was found out when it was written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Numeric,
    Text,
    and_,
    case,
    cast,
    collate,
    func,
    literal,
    literal_column,
)

from newsletter.audience.expression import Operator
from newsletter.domain.subscriber import FieldType
from newsletter.store.readers.segment_values import Condition, Number, SegmentValues, compared
from newsletter.store.schema.tables import subscriber

__all__ = ["PostgresValues", "index_expression"]

# PostgreSQL 15 has no cast that says no instead of failing, so the calendar (proleptic Gregorian, as
# Python's) is written down: months of 31, of 30 days, February, and its 29th in leap years.
_LONG = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
_SHORT = "(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_FEBRUARY = "02-(0[1-9]|1[0-9]|2[0-8])"
_LEAP_YEAR = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = f"^([0-9]{{4}}-({_LONG}|{_SHORT}|{_FEBRUARY})|{_LEAP_YEAR}-02-29)$"
_NAME = re.compile(r"[a-z_][a-z0-9_]*")


class PostgresValues(SegmentValues):
    """`SegmentValues` for PostgreSQL."""

    def texts(self, name: str, wanted: Sequence[str]) -> Condition:
        """Say whether the value of `name` is one of these texts."""
        return _text(name).in_(wanted)

    def part(self, name: str, part: str) -> Condition:
        """Say whether the value of `name` is a text with `part` in it."""
        return self.has_part(_text(name), part)

    def numbers(self, name: str, wanted: Sequence[Number]) -> Condition:
        """Say whether the value of `name` is one of these numbers."""
        return _number(name).in_([_exact(number) for number in wanted])

    def number(self, name: str, bounds: Sequence[tuple[Operator, Number]]) -> Condition:
        """Say whether the value of `name` is a number that compares so with all bounds."""
        return compared(_number(name), [(order, _exact(bound)) for order, bound in bounds])

    def day(self, name: str, bounds: Sequence[tuple[Operator, date]]) -> Condition:
        """Say whether the value of `name` is a day that compares so with all bounds."""
        return compared(_day(name), [(order, bound.isoformat()) for order, bound in bounds])

    def boolean(self, name: str, wanted: bool) -> Condition:  # noqa: FBT001  # the value compared with
        """Say whether the value of `name` is yes, or no."""
        return _truth(name) == str(wanted).lower()

    def missing(self, name: str) -> Condition:
        """Say whether `name` has no value or an empty text."""
        return func.coalesce(_shown(name), "") == ""

    def has_part(self, column: ColumnElement[str], part: str) -> Condition:
        """Say whether `part` occurs in a column of text, letter by letter."""
        return func.strpos(column, part, type_=Integer) > 0


def index_expression(name: str, kind: FieldType) -> ColumnElement[Any]:
    """Return what an index for the field `name` holds: values of its type, NULL where there is another."""
    return _VALUES[kind](name)


def _shown(name: str) -> ColumnElement[str]:
    """Return the value as text, whatever its type; NULL where there is none."""
    return func.jsonb_extract_path_text(subscriber.c.folded, _key(name), type_=Text)


def _kind(name: str) -> ColumnElement[str]:
    return func.jsonb_typeof(func.jsonb_extract_path(subscriber.c.folded, _key(name)), type_=Text)


def _text(name: str) -> ColumnElement[str]:
    return case((_kind(name) == "string", _shown(name)))


def _day(name: str) -> ColumnElement[str]:
    value = collate(_shown(name), "C")  # a language's order could pass over the hyphens
    # Written out and not bound, as the index has it: a bound text would bring its own order along.
    is_day = value.op("~")(literal_column(f"'{_DAY}'", Text))
    return case((and_(_kind(name) == "string", is_day, value >= literal_column("'0001-01-01'", Text)), value))


def _truth(name: str) -> ColumnElement[str]:
    return case((_kind(name) == "boolean", _shown(name)))


def _number(name: str) -> ColumnElement[Any]:
    return case((_kind(name) == "number", cast(_shown(name), Numeric)))


def _exact(number: Number) -> ColumnElement[Any]:
    """Return `number` with the digits it is written with, as the list has it."""
    return cast(literal(repr(number), Text), Numeric)


def _key(name: str) -> ColumnElement[str]:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a field")
    return literal_column(f"'{name}'", Text)


_VALUES: Mapping[FieldType, Callable[[str], ColumnElement[Any]]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _day,
    FieldType.BOOLEAN: _truth,
}
