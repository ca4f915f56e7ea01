"""One term of a segment expression: from name, operator and values to a leaf of the right type."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from newsletter.audience.ages import AgeError, is_age, read_age
from newsletter.audience.expression import (
    BUCKETS,
    Aged,
    AnyIssue,
    Compare,
    Expression,
    History,
    HistoryKind,
    IsNone,
    Issues,
    LastIssues,
    Not,
    OneIssue,
    OneOf,
    Operator,
    Range,
    Sample,
    Value,
    any_of,
)
from newsletter.audience.literals import LiteralError, read_boolean, read_day, read_number
from newsletter.audience.names import NameKind
from newsletter.audience.syntax import ExpressionFault
from newsletter.domain.address import AddressError, address_key
from newsletter.domain.nearest import nearest
from newsletter.domain.subscriber import SubscriberStatus

__all__ = ["Item", "Shape", "Subject", "Values", "build_term"]

_LAST = re.compile(r"last([1-9][0-9]{0,2})")
_SAMPLE = re.compile(r"(?P<percent>[0-9]{1,3}(?:\.[0-9]{1,2})?)%(?:@(?P<seed>.{1,100}))?")
_EQUALITY = (":", "=", "!=")
_ORDERED = (NameKind.NUMBER, NameKind.DATE)
_TURNED = {
    Operator.LESS: Operator.MORE,
    Operator.AT_MOST: Operator.AT_LEAST,
    Operator.MORE: Operator.LESS,
    Operator.AT_LEAST: Operator.AT_MOST,
}


class Shape(StrEnum):
    """How values stand together: `a`, `(a,b)` or `a..b`."""

    ONE = "one value"
    SET = "a set"
    SPAN = "a range"


@dataclass(frozen=True, slots=True)
class Item:
    """One value as written, quotes taken off, at `offset` (from 0) of the expression."""

    text: str
    offset: int
    is_quoted: bool


@dataclass(frozen=True, slots=True)
class Values:
    """What stands behind an operator, at least one item; a range has two."""

    items: tuple[Item, ...]
    shape: Shape
    offset: int


@dataclass(frozen=True, slots=True)
class Subject:
    """The name in front of the operator, the slugs that exist and the day ages count from, if known."""

    name: str
    kind: NameKind
    issues: Collection[str] | None = None
    today: date | None = None


def build_term(subject: Subject, operator: str, values: Values) -> Expression:
    """Return the leaf for `subject operator values`. Raises ExpressionFault at the value in question."""
    if operator == "!=":
        return Not(build_term(subject, ":", values))
    if operator not in _EQUALITY and values.shape is not Shape.ONE:
        raise ExpressionFault(
            f'{values.shape} cannot stand behind "{operator}"', values.offset, f"write {subject.name}:…"
        )
    if subject.kind is NameKind.HISTORY:
        return _history(subject, operator, values)
    if subject.kind is NameKind.SAMPLE:
        return _sample(operator, values)
    first = values.items[0]
    if values.shape is Shape.ONE and operator in _EQUALITY and first.text == "none" and not first.is_quoted:
        return IsNone(subject.name)
    _refuse_operator(subject, operator, values)
    if subject.kind is NameKind.DATE and any(is_age(item.text) for item in values.items):
        return _aged(subject, operator, values)
    return _comparison(subject, operator, values)


def _aged(subject: Subject, operator: str, values: Values) -> Aged:
    """Read ages: the older a day is, the less it is, so that every order turns round."""
    read = [_day_of_age(subject, item, values) for item in values.items]
    shown = [item.text for item in values.items]
    if values.shape is Shape.SPAN:
        high, low = read
        if low > high:
            raise ExpressionFault(
                "the range runs backwards", values.offset, f"write {subject.name}:{shown[1]}..{shown[0]}"
            )
        return Aged(f"{subject.name}:{shown[0]}..{shown[1]}", Range(subject.name, low, high))
    if values.shape is Shape.SET:
        raise ExpressionFault(
            "ages do not stand in a set", values.offset, f"write {subject.name}:{shown[0]}..{shown[-1]}"
        )
    meant = Operator(":" if operator == "=" else operator)
    return Aged(f"{subject.name}{meant}{shown[0]}", Compare(subject.name, _TURNED.get(meant, meant), read[0]))


def _day_of_age(subject: Subject, item: Item, values: Values) -> date:
    if not is_age(item.text):
        raise ExpressionFault(
            "an age and a date do not stand together",
            item.offset,
            f"write two ages, such as {subject.name}:30d..1y, or two dates",
        )
    if subject.today is None:
        raise ExpressionFault("ages cannot be used here", values.offset, "write a date: 2024-09-04")
    try:
        return read_age(item.text, subject.today)
    except AgeError as error:
        raise ExpressionFault(str(error), item.offset) from None


def _comparison(subject: Subject, operator: str, values: Values) -> Expression:
    contains = operator == "~"
    read = [_literal(subject, item, contains=contains) for item in values.items]
    if values.shape is Shape.SPAN:
        return _span(subject, read, values)
    distinct = tuple(dict.fromkeys(read))
    if len(distinct) > 1:
        return OneOf(subject.name, distinct)
    return Compare(subject.name, Operator(":" if operator == "=" else operator), read[0])


def _refuse_operator(subject: Subject, operator: str, values: Values) -> None:
    is_order = operator in ("<", "<=", ">", ">=") or values.shape is Shape.SPAN
    if is_order and subject.kind not in _ORDERED:
        shown = ".." if values.shape is Shape.SPAN else operator
        raise ExpressionFault(
            f'"{shown}" compares numbers and dates; {subject.name} is {_described(subject)}',
            values.offset,
            f"write {subject.name}:value, or {subject.name}:(a,b)",
        )
    if operator == "~" and subject.kind is not NameKind.TEXT:
        raise ExpressionFault(
            f'"~" looks for a piece of text; {subject.name} is {_described(subject)}',
            values.offset,
            f"write {subject.name}:value",
        )


def _described(subject: Subject) -> str:
    return {
        NameKind.TEXT: "text",
        NameKind.NUMBER: "a number",
        NameKind.DATE: "a date",
        NameKind.BOOLEAN: "yes or no",
        NameKind.STATUS: "a status",
    }[subject.kind]


def _span(subject: Subject, read: list[Value], values: Values) -> Range:
    low, high = read
    if isinstance(low, str) or isinstance(high, str):
        raise AssertionError("a range has numbers or dates")
    backwards = low > high if isinstance(low, date) and isinstance(high, date) else False
    if isinstance(low, int | float) and isinstance(high, int | float):
        backwards = low > high
    if backwards:
        raise ExpressionFault(
            "the range runs backwards",
            values.offset,
            f"write {subject.name}:{values.items[1].text}..{values.items[0].text}",
        )
    return Range(subject.name, low, high)


def _literal(subject: Subject, item: Item, *, contains: bool) -> Value:
    _refuse_empty(subject, item)
    readers: dict[NameKind, Callable[[str], Value]] = {
        NameKind.NUMBER: read_number,
        NameKind.DATE: read_day,
        NameKind.BOOLEAN: read_boolean,
    }
    if subject.kind is NameKind.STATUS:
        return _status(item)
    if subject.kind is NameKind.TEXT:
        return item.text if contains else _stored_form(subject.name, item.text)
    try:
        return readers[subject.kind](item.text)
    except LiteralError as error:
        raise ExpressionFault(str(error), item.offset) from None


def _refuse_empty(subject: Subject, item: Item) -> None:
    if not item.text.strip():
        raise ExpressionFault(
            "the value is empty", item.offset, f"write {subject.name}:none for those without"
        )
    if item.text == "none" and not item.is_quoted:
        raise ExpressionFault(
            "none stands alone, not in a set, a range or behind another operator",
            item.offset,
            f'write {subject.name}:none, or "none" in quotes for the word itself',
        )


def _status(item: Item) -> str:
    known = frozenset(str(status) for status in SubscriberStatus)
    if item.text.lower() in known:
        return item.text.lower()
    near = nearest(item.text, known)
    raise ExpressionFault(
        f'"{item.text[:40]}" is not a status',
        item.offset,
        f"write status:{near}" if near else f"known are: {', '.join(sorted(known))}",
    )


def _stored_form(name: str, text: str) -> str:
    """Return an address or domain as the store has it: an international domain in its ASCII form."""
    try:
        if name == "email":
            return address_key(text)
        if name == "domain":
            return address_key(f"x@{text}").removeprefix("x@")
    except AddressError:
        return text  # it equals no stored one, which is the right answer
    return text


def _history(subject: Subject, operator: str, values: Values) -> Expression:
    if operator not in _EQUALITY or values.shape is Shape.SPAN:
        raise ExpressionFault(
            f"{subject.name} names issues",
            values.offset,
            f"write {subject.name}:any, {subject.name}:last3 or {subject.name}:slug-of-the-issue",
        )
    kind = HistoryKind(subject.name)
    return any_of(*(History(kind, _issues(subject, item)) for item in values.items))


def _issues(subject: Subject, item: Item) -> Issues:
    if not item.is_quoted:
        last = _LAST.fullmatch(item.text)
        if last:
            return LastIssues(int(last[1]))
        if item.text == "any":
            return AnyIssue()
        if item.text == "none":
            raise ExpressionFault(
                "none does not stand behind a history", item.offset, f"write -{subject.name}:any"
            )
        if re.fullmatch(r"last[0-9]*", item.text):
            raise ExpressionFault(
                "last needs a number from 1 to 999", item.offset, f"write {subject.name}:last3"
            )
    if not item.text.strip():
        raise ExpressionFault("the value is empty", item.offset, f"write {subject.name}:any")
    if subject.issues is not None and item.text not in subject.issues:
        near = nearest(item.text, subject.issues)
        raise ExpressionFault(
            f'there is no issue "{item.text[:40]}"',
            item.offset,
            f"write {subject.name}:{near}" if near else "write the slug: the file's name without its date",
        )
    return OneIssue(item.text)


def _sample(operator: str, values: Values) -> Sample:
    item = values.items[0]
    match = _SAMPLE.fullmatch(item.text)
    buckets = int(Decimal(match["percent"]) * BUCKETS / 100) if match else 0
    if (
        match is None
        or operator not in _EQUALITY
        or values.shape is not Shape.ONE
        or not 0 < buckets <= BUCKETS
    ):
        raise ExpressionFault(
            "a sample is a percentage from 0.01% to 100%",
            item.offset,
            "write sample:10%, or sample:10%@seed for another ten percent",
        )
    return Sample(buckets, match["seed"] or "")
