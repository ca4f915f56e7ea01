"""Records in files of an export: rows of a table, objects in JSON, front matter above Markdown."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from newsletter.errors import Problem
from newsletter.project.moving.parcel import Parcel
from newsletter.source import Place

__all__ = ["Record", "json_records", "markdown_record", "table_records", "text_of"]

_MAX_CELL = 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one record says, by key, and where it stands."""

    place: Place
    values: Mapping[str, object]

    def text(self, key: str) -> str:
        """Return what it says of `key` as text; empty when it says nothing."""
        return text_of(self.values.get(key))

    def words(self, key: str) -> tuple[str, ...]:
        """Return what it says of `key` as words: a list, JSON of one, or text with commas."""
        value = self.values.get(key)
        if isinstance(value, str) and value.strip().startswith("["):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                value = value.strip("[] ")
        if isinstance(value, (list, tuple)):
            return tuple(text_of(one) for one in value if text_of(one))
        return tuple(part.strip(" '\"") for part in text_of(value).split(",") if part.strip(" '\""))


def text_of(value: object) -> str:
    """Return a value of JSON or YAML as text; a list or an object is none."""
    if value is None or isinstance(value, (dict, list, tuple)):
        return ""
    return "" if value in ("null", "~") else str(value)


def table_records(parcel: Parcel, name: str, notes: list[Problem]) -> Iterator[Record]:
    """Yield the rows of the CSV file `name`; one that cannot be read is told in `notes`, and the last."""
    csv.field_size_limit(_MAX_CELL)
    reader = csv.reader(io.StringIO(parcel.text(name)))
    header: list[str] = []
    line = 1
    try:
        for cells in reader:
            start, line = line, reader.line_num + 1
            if not header:
                header = [cell.strip().lower().replace(" ", "_") for cell in cells]
            elif any(cells):
                yield Record(place=parcel.place(name, start), values=dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        notes.append(
            Problem(what=f"the rest of this table cannot be read: {error}", place=parcel.place(name, line))
        )


def json_records(parcel: Parcel, name: str, notes: list[Problem]) -> Iterator[Record]:
    """Yield the objects in the JSON file `name`, as a list, below `data` or `results`, or one by itself."""
    text = parcel.text(name)
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        notes.append(Problem(what=f"this is not JSON: {error.msg}", place=parcel.place(name, error.lineno)))
        return
    except RecursionError:
        notes.append(Problem(what="this is nested too deep to be an export", place=parcel.place(name)))
        return
    for key in ("data", "results"):
        if isinstance(found, dict) and isinstance(found.get(key), (dict, list)):
            found = found[key]
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict):
            yield Record(place=parcel.place(name), values=one)
        else:
            notes.append(Problem(what="something in it is no object", place=parcel.place(name)))


def markdown_record(parcel: Parcel, name: str, notes: list[Problem]) -> Record:
    """Return the front matter of the Markdown file `name`, with what follows it as its `body`."""
    text = parcel.text(name)
    head, body = "", text
    if text.startswith("---\n"):
        head, rule, rest = text[4:].partition("\n---")
        body = rest.partition("\n")[2] if rule else text
        head = head if rule else ""
    values: object = {}
    try:
        values = yaml.load(head, Loader=yaml.BaseLoader) if head.strip() else {}  # noqa: S506 (makes only texts)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        notes.append(Problem(what="its front matter cannot be read", place=parcel.place(name, line)))
    found = {str(key): value for key, value in values.items()} if isinstance(values, dict) else {}
    return Record(place=parcel.place(name), values={**found, "body": body.lstrip("\n")})
