"""The few statements that differ between databases, each behind one function."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Integer,
    Table,
    Text,
    Update,
    column,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.sql.visitors import replacement_traverse

from newsletter.store.imports.snapshots import TAG_SEPARATOR, row_digest
from newsletter.store.schema.columns import UtcTime
from newsletter.store.schema.tables import subscriber

__all__ = [
    "bulk_execute",
    "bulk_insert",
    "bulk_insert_new",
    "contains",
    "database_now",
    "grouped_text",
    "index_names",
    "json_array",
    "json_kind",
    "json_members",
    "json_merged",
    "json_object",
    "json_value",
    "last_subscriber_id",
    "list_value",
    "listed",
    "listed_later",
    "make_first",
    "mark_ids",
    "may_others_write",
    "numbered",
    "prepare_staging",
    "reader_digest",
    "register_functions",
    "reserve_ids",
    "without_index_on",
]

_NAME = re.compile(r"[a-z_][a-z0-9_]*")

_LIST_CACHE_KIB = 32_768  # keys of an import are in no order: with less their pages go to the disk and back
_STAGING_CACHE_KIB = 8_192  # staged rows are written and read in order

_SCHEMA = table("sqlite_master", column("type"), column("name"), column("tbl_name"))
_SEQUENCE = table("sqlite_sequence", column("name"), column("seq"))


def bulk_insert(
    connection: Connection, into: Table, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    """Insert `rows`, whose values are in the order of `columns` and already as stored.

    The driver gets the tuples as they are: passing a million dictionaries through bind processors costs
    more than the insert itself.
    """
    if rows:
        connection.exec_driver_sql(_insert_text(into, tuple(columns), connection.dialect), list(rows))


def bulk_insert_new(
    connection: Connection,
    into: Table,
    columns: Sequence[str],
    rows: Sequence[tuple[object, ...]],
    *,
    unique: Sequence[str],
) -> None:
    """Insert those of `rows` whose columns `unique` are not there yet, as `bulk_insert` does."""
    if rows:
        kept = _insert_text(into, tuple(columns), connection.dialect, tuple(unique))
        connection.exec_driver_sql(kept, list(rows))


def bulk_execute(
    connection: Connection,
    statement: Insert | Update,
    names: Sequence[str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Run `statement` for each of `rows`: the columns and parameters it takes, in the order of `names`."""
    if rows:
        connection.exec_driver_sql(_driver_text(statement, names, connection.dialect), list(rows))


@lru_cache(maxsize=64)
def _insert_text(into: Table, columns: Sequence[str], dialect: Dialect, unique: Sequence[str] = ()) -> str:
    """Return the statement of `bulk_insert`, or of `bulk_insert_new` where `unique` names columns.

    It is kept, as making it takes as long as inserting fifty rows.
    """
    statement = sqlite.insert(into).on_conflict_do_nothing(index_elements=unique) if unique else insert(into)
    return _driver_text(statement, columns, dialect)


def _driver_text(statement: Insert | Update, names: Sequence[str], dialect: Dialect) -> str:
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    assert isinstance(compiled, SQLCompiler)
    assert compiled.positiontup == list(names), "the values would land in the wrong places"
    return str(compiled)


def may_others_write(connection: Connection) -> bool:
    """Say whether others write while this transaction does, so that rows have to be held."""
    return connection.dialect.name == "postgresql"


def make_first(connection: Connection, into: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert those of `rows` whose key nobody has inserted yet."""
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(make(into).on_conflict_do_nothing(), list(rows))


def database_now(connection: Connection) -> datetime:
    """Return the time by the database's clock, now and not when the transaction began."""
    if connection.dialect.name == "postgresql":
        moment: datetime | None = connection.scalar(select(func.clock_timestamp(type_=UtcTime)))
    else:
        text_now = func.strftime("%Y-%m-%dT%H:%M:%fZ", "now", type_=UtcTime)
        moment = connection.scalar(select(text_now))
    assert moment is not None, "a database has a clock"
    return moment


def listed(values: Iterable[str | int]) -> TableValuedAlias:
    """Return `values` as a table with one column `value`, one bound parameter however many they are."""
    return listed_later(literal(list_value(values), Text))


def listed_later(values: ColumnElement[str]) -> TableValuedAlias:
    """Return as a table what a parameter is bound to, which `list_value` makes."""
    return func.json_each(values).table_valued("value")


def list_value(values: Iterable[str | int]) -> str:
    """Return `values` as `listed_later` takes them."""
    return json.dumps(list(values))


def numbered(values: Sequence[str | None]) -> TableValuedAlias:
    """Return `values` as a table, one bound parameter: `key` counts from 0, `value` is the value."""
    return func.json_each(json.dumps(values)).table_valued(column("key", Integer), column("value", Text))


def reserve_ids(connection: Connection, into: Table, count: int) -> int:  # noqa: ARG001  # others need it
    """Return the first of `count` ids no row of `into` had before, some of which are inserted now.

    Ids of rows that are gone are not given again: SQLite keeps the highest ever used
    (sqlite.org/autoinc.html).
    """
    highest: int = connection.scalar(select(_SEQUENCE.c.seq).where(_SEQUENCE.c.name == into.name)) or 0
    return highest + 1


def json_merged(document: ColumnElement[Any], patch: ColumnElement[Any]) -> ColumnElement[str]:
    """Return `document` with the members of `patch` put in; NULL in `patch` takes a member out."""
    return func.json_patch(document, patch, type_=Text)


def json_object(
    members: Mapping[str, ColumnElement[Any]], documents: Sequence[str] = ()
) -> ColumnElement[str]:
    """Return `members` as a JSON object; those named in `documents` are JSON already."""
    parts = [(name, func.json(value) if name in documents else value) for name, value in members.items()]
    return func.json_object(*[part for pair in parts for part in pair], type_=Text)


def json_array(values: ColumnElement[str]) -> ColumnElement[str]:
    """Return the values of a group as a JSON array."""
    return func.json_group_array(values, type_=Text)


def json_members(document: ColumnElement[Any]) -> TableValuedAlias:
    """Return the members of `document` as a table: `key` is the name of each."""
    return func.json_each(document).table_valued("key")


def grouped_text(values: ColumnElement[str], separator: str) -> ColumnElement[str]:
    """Return the values of a group in any order, with `separator` between them."""
    return func.group_concat(values, separator, type_=Text)


def reader_digest(*values: ColumnElement[Any]) -> ColumnElement[str]:
    """Return `row_digest` of values, the tags last and in any order."""
    return func.newsletter_digest(*values, type_=Text)


def prepare_staging(connection: Connection) -> None:
    """Let a connection of its own hold many temporary rows without a place in memory for all of them."""
    connection.exec_driver_sql(f"PRAGMA temp.cache_size=-{_STAGING_CACHE_KIB}")
    connection.exec_driver_sql(f"PRAGMA cache_size=-{_LIST_CACHE_KIB}")


def json_value(document: ColumnElement[object], name: str) -> ColumnElement[str]:
    """Return the value under `name` in a column with JSON; NULL where there is none."""
    return func.json_extract(document, _path(name), type_=Text)


def json_kind(document: ColumnElement[object], name: str) -> ColumnElement[str]:
    """Return the type of the value under `name`: text, integer, real, true, false; NULL for none."""
    return func.json_type(document, _path(name), type_=Text)


def contains(text: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Say whether `part` occurs in `text`, letter by letter."""
    return func.instr(text, part, type_=Integer) > 0


def last_subscriber_id(connection: Connection) -> int:
    """Return the highest id that a subscriber has or had; 0 when there never was one."""
    query = select(_SEQUENCE.c.seq).where(_SEQUENCE.c.name == subscriber.name)
    return connection.scalar(query) or 0


def without_index_on(of: ColumnElement[str], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return `condition` such that no index on the column `of` can lead the way: it is computed there."""
    computed = of.op("||")("")

    def replaced(element: Any, **_: Any) -> ColumnElement[str] | None:  # as SQLAlchemy calls it
        return computed if element is of else None

    found: ColumnElement[bool] = replacement_traverse(condition, {}, replaced)
    return found


def index_names(connection: Connection, of: Table) -> list[str]:
    """Return the names of a table's indexes; SQLAlchemy's reading leaves out those on expressions."""
    query = select(_SCHEMA.c.name).where(_SCHEMA.c.type == "index", _SCHEMA.c.tbl_name == of.name)
    return [name for name in connection.scalars(query) if name is not None]


def mark_ids(
    connection: Connection,
    marks: bytearray,
    ids: ColumnElement[int],
    conditions: Sequence[ColumnElement[bool]],
) -> None:
    """Set the byte of each id in the column `ids` to 1, for the rows where all `conditions` hold.

    The rows never become Python objects: of the ways to get a million ids out of SQLite this is by far the
    quickest. An id beyond the end of `marks` is an error.
    """
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection), "only SQLite has functions in this process"
    driver.create_function("newsletter_mark", 2, marks.__setitem__)
    try:
        connection.execute(select(func.count(func.newsletter_mark(ids, 1))).where(*conditions)).all()
    finally:
        driver.create_function("newsletter_mark", 2, None)


def register_functions(connection: sqlite3.Connection) -> None:
    """Give SQLite the functions it lacks."""
    connection.create_function("newsletter_digest", 8, _digest, deterministic=True)


def _digest(*values: str | None) -> str:
    *others, tags = values
    if tags and TAG_SEPARATOR in tags:
        tags = TAG_SEPARATOR.join(sorted(tags.split(TAG_SEPARATOR)))
    return row_digest(*others, tags)


def _path(name: str) -> ColumnElement[str]:
    # Written into the statement, not bound: only then does an index on the same expression serve.
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a field")
    return literal_column(f"'$.{name}'", Text)
