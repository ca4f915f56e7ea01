"""What every database must be able to say of the values that segments compare."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Protocol, TypeAlias

from sqlalchemy import ColumnElement, and_

from newsletter.audience.expression import Operator

__all__ = ["Condition", "Number", "SegmentValues", "compared"]

Condition: TypeAlias = ColumnElement[bool]
Number: TypeAlias = int | float


class SegmentValues(Protocol):
    """Conditions on the column `folded`, which holds texts folded already, and on plain columns.

    A value of another type than the one asked for never holds; where there is none, NULL may come out.
    """

    def texts(self, name: str, wanted: Sequence[str]) -> Condition:
        """Say whether the value of `name` is one of these texts, one or more."""

    def part(self, name: str, part: str) -> Condition:
        """Say whether the value of `name` is a text with `part` in it."""

    def numbers(self, name: str, wanted: Sequence[Number]) -> Condition:
        """Say whether the value of `name` is one of these numbers, one or more."""

    def number(self, name: str, bounds: Sequence[tuple[Operator, Number]]) -> Condition:
        """Say whether the value of `name` is a number that compares so with all bounds."""

    def day(self, name: str, bounds: Sequence[tuple[Operator, date]]) -> Condition:
        """Say whether the value of `name` is a day (its ISO text) that compares so with all bounds."""

    def boolean(self, name: str, wanted: bool) -> Condition:  # noqa: FBT001  # the value compared with
        """Say whether the value of `name` is yes, or no."""

    def missing(self, name: str) -> Condition:
        """Say whether `name` has no value or an empty text; never NULL."""

    def has_part(self, column: ColumnElement[str], part: str) -> Condition:
        """Say whether `part` occurs in a column of text, letter by letter."""


def compared(value: ColumnElement[Any], bounds: Sequence[tuple[Operator, object]]) -> Condition:
    """Return that `value` compares so with all `bounds`."""
    conditions = []
    for order, bound in bounds:
        match order:
            case Operator.LESS:
                conditions.append(value < bound)
            case Operator.AT_MOST:
                conditions.append(value <= bound)
            case Operator.MORE:
                conditions.append(value > bound)
            case Operator.AT_LEAST:
                conditions.append(value >= bound)
            case _:
                conditions.append(value == bound)
    return and_(*conditions)
