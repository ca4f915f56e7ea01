"""Values that segments compare, as SQLite finds them: by an index on value and type where there is one.

An index on expressions serves only those very expressions, with their path written out and not bound. One
that holds the type too answers without a look at the reader's row (SQLite seeks a row only when a column of
it is needed), which makes a comparison some ten times faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, func, literal, literal_column, or_

from newsletter.audience.expression import Operator
from newsletter.store.database.dialects import contains, json_kind, json_raw
from newsletter.store.readers.segment_values import Condition, Number, SegmentValues, compared
from newsletter.store.schema.tables import subscriber

__all__ = ["SqliteValues", "index_expressions"]

_NUMBERS = ("integer", "real")
_LARGEST = 2**63  # beyond it SQLite keeps a number as a float, and its driver takes no other


def index_expressions(name: str) -> tuple[ColumnElement[str], ColumnElement[str]]:
    """Return what an index for the field `name` is made of, free of its table: value and type."""
    return json_raw(literal_column("folded"), name), json_kind(literal_column("folded"), name)


class SqliteValues(SegmentValues):
    """`SegmentValues` for SQLite."""

    def texts(self, name: str, wanted: Sequence[str]) -> Condition:
        """Say whether the value of `name` is one of these texts."""
        value = json_raw(subscriber.c.folded, name)
        return value == wanted[0] if len(wanted) == 1 else value.in_(wanted)

    def part(self, name: str, part: str) -> Condition:
        """Say whether the value of `name` is a text with `part` in it."""
        value = json_raw(subscriber.c.folded, name)
        # Every text is at least the empty one, and no number is: this lets the index serve.
        return and_(value >= "", self.has_part(value, part))

    def numbers(self, name: str, wanted: Sequence[Number]) -> Condition:
        """Say whether the value of `name` is one of these numbers."""
        value, kind = json_raw(subscriber.c.folded, name), json_kind(subscriber.c.folded, name)
        storable = [_storable(number) for number in wanted]
        return and_(value.in_([_untyped(one) for one in storable]), kind.in_(_NUMBERS))

    def number(self, name: str, bounds: Sequence[tuple[Operator, Number]]) -> Condition:
        """Say whether the value of `name` is a number that compares so with all bounds."""
        value, kind = json_raw(subscriber.c.folded, name), json_kind(subscriber.c.folded, name)
        limits = [(order, _untyped(_storable(bound))) for order, bound in bounds]
        # Numbers come before texts in SQLite's order: the bound keeps texts out of the walk.
        return and_(value < "", compared(value, limits), kind.in_(_NUMBERS))

    def day(self, name: str, bounds: Sequence[tuple[Operator, date]]) -> Condition:
        """Say whether the value of `name` is a day that compares so with all bounds."""
        value = json_raw(subscriber.c.folded, name)
        is_read = func.date(value, type_=Text) == value  # lets 31 February pass
        # Only a step does not, which takes longer, and can tell only of the last days of a month.
        is_real = or_(func.substr(value, 9) < "29", func.date(value, "+0 days", type_=Text) == value)
        limits = [(order, bound.isoformat()) for order, bound in bounds]
        return and_(value >= date.min.isoformat(), compared(value, limits), is_read, is_real)

    def boolean(self, name: str, wanted: bool) -> Condition:  # noqa: FBT001  # the value compared with
        """Say whether the value of `name` is yes, or no."""
        value, kind = json_raw(subscriber.c.folded, name), json_kind(subscriber.c.folded, name)
        return and_(value == _untyped(int(wanted)), kind == str(wanted).lower())

    def missing(self, name: str) -> Condition:
        """Say whether `name` has no value or an empty text."""
        value = json_raw(subscriber.c.folded, name)
        return or_(value.is_(None), value == "")  # not NULL: then the first of them holds

    def has_part(self, column: ColumnElement[str], part: str) -> Condition:
        """Say whether `part` occurs in a column of text, letter by letter."""
        return contains(column, part)


def _untyped(number: Number) -> ColumnElement[Any]:
    """Return `number` bound as it is: beside a text, SQLAlchemy would bind it as one."""
    return literal(number)


def _storable(number: Number) -> Number:
    return number if -_LARGEST <= number < _LARGEST else float(number)
