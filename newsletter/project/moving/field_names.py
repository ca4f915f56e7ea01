"""What fields of other programs are called here."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator

from newsletter.audience.dialects import plain
from newsletter.config.rules import FIELD_NAME, RESERVED_FIELDS
from newsletter.project.moving.parcel import Parcel

__all__ = ["field_name", "fields_in_list", "header_of"]

_MOST = 60


def field_name(name: str) -> str | None:
    """Return `name`, such as `First Name` or `firstName`, as a field is called; None when none can be."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.strip())
    found = re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")
    found = found if not found[:1].isdigit() else f"field_{found}"
    return found if FIELD_NAME.fullmatch(found) and found not in RESERVED_FIELDS else None


def header_of(parcel: Parcel, name: str) -> tuple[str, ...]:
    """Return the plain names of the columns of the list file `name`."""
    return tuple(plain(cell) for cell in next(_rows(parcel, name), []))


def fields_in_list(
    parcel: Parcel, name: str, members: Collection[str], columns: Collection[str]
) -> list[str]:
    """Return the fields that the list file `name` has values for, at most 60.

    `members` are the plain names of columns that hold a JSON object with fields, `columns` those of columns
    that are fields themselves.
    """
    rows = _rows(parcel, name)
    header: list[str] = next(rows, [])
    holding = [index for index, cell in enumerate(header) if plain(cell) in members]
    own = [index for index, cell in enumerate(header) if plain(cell) in columns]
    found: dict[str, None] = {}
    for row in rows:
        for index in holding:
            for key in _keys(row[index] if index < len(row) else ""):
                found.setdefault(key)
        for index in own:
            if index < len(row) and row[index].strip():
                found.setdefault(header[index])
    named = dict.fromkeys(filter(None, map(field_name, found)))
    return list(named)[:_MOST]


def _keys(cell: str) -> Iterable[str]:
    """Return the members of a JSON object that have a value a field can have."""
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return ()
    if not isinstance(found, dict):
        return ()
    return [key for key, value in found.items() if isinstance(value, (str, int, float)) and value != ""]


def _rows(parcel: Parcel, name: str) -> Iterator[list[str]]:
    text = parcel.text(name)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return csv.reader(io.StringIO(text), delimiter=delimiter)
