"""The few statements that differ between databases, each behind one function."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.selectable import TableValuedAlias
from sqlalchemy.sql.visitors import replacement_traverse

from newsletter.store.database.dialect_functions import (
    AsJson,
    EachMember,
    EachNumber,
    EachNumbered,
    EachText,
    GroupAsArray,
    GroupAsText,
    JsonMerged,
    JsonObjectOf,
    JsonValue,
    ReaderDigest,
    TextPlace,
    TimeText,
)
from newsletter.store.schema.columns import UtcTime
from newsletter.store.schema.tables import subscriber

__all__ = [
    "be_brief",
    "contains",
    "database_now",
    "grouped_text",
    "index_names",
    "json_array",
    "json_kind",
    "json_members",
    "json_merged",
    "json_object",
    "json_raw",
    "json_value",
    "keeps_documents",
    "last_subscriber_id",
    "list_value",
    "listed",
    "listed_ids",
    "listed_later",
    "look_at_rows",
    "make_first",
    "may_others_write",
    "new_ids",
    "numbered",
    "prepare_staging",
    "reader_digest",
    "reserve_ids",
    "text_place",
    "time_text",
    "wipe_what_is_deleted",
    "without_index_on",
]

_BRIEF_S = 5

_NAME = re.compile(r"[a-z_][a-z0-9_]*")

_LIST_CACHE_KIB = 32_768  # keys of an import are in no order: with less their pages go to the disk and back
_STAGING_CACHE_KIB = 8_192  # staged rows are written and read in order

_IDS_AT_ONCE = 100

_PG_INDEXES = "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema() AND tablename = :name"
_SCHEMA = table("sqlite_master", column("type"), column("name"), column("tbl_name"))
_SEQUENCE = table("sqlite_sequence", column("name"), column("seq"))


def may_others_write(connection: Connection) -> bool:
    """Say whether others write while this transaction does, so that rows have to be held."""
    return connection.dialect.name == "postgresql"


def be_brief(connection: Connection) -> None:
    """Let a transaction that others wait for be ended by the server when this process stands still."""
    if may_others_write(connection):
        connection.exec_driver_sql(f"SET LOCAL idle_in_transaction_session_timeout = '{_BRIEF_S}s'")


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


def listed(values: Iterable[str]) -> TableValuedAlias:
    """Return `values` as a table with one column `value`, one bound parameter however many they are."""
    return listed_later(literal(list_value(values), Text))


def listed_ids(values: Iterable[int]) -> TableValuedAlias:
    """Return `values` as a table with one column `value`, as `listed` does for texts."""
    return EachNumber(literal(list_value(values), Text)).table_valued(column("value", Integer))


def listed_later(values: ColumnElement[str]) -> TableValuedAlias:
    """Return as a table of texts what a parameter is bound to, which `list_value` makes."""
    return EachText(values).table_valued(column("value", Text))


def list_value(values: Iterable[str | int]) -> str:
    """Return `values` as `listed_later` takes them."""
    return json.dumps(list(values))


def numbered(values: Sequence[str | None]) -> TableValuedAlias:
    """Return `values` as a table, one bound parameter: `key` counts from 0, `value` is the value."""
    each = EachNumbered(literal(json.dumps(values), Text))
    return each.table_valued(column("key", Integer), column("value", Text))


def reserve_ids(connection: Connection, into: Table, number: int) -> int:
    """Return the first of `number` ids in a row that no row of `into` has, had or will have.

    Ids of rows that are gone are not given again: SQLite keeps the highest ever used
    (sqlite.org/autoinc.html), PostgreSQL in a sequence.
    """
    if connection.dialect.name == "postgresql":
        sequence = _sequence(into)
        first = select(func.nextval(sequence)).cte("first")
        last = func.setval(sequence, first.c[0] + number - 1)
        found: int = connection.execute(select(first.c[0], last)).one()[0]
        return found
    highest: int = connection.scalar(select(_SEQUENCE.c.seq).where(_SEQUENCE.c.name == into.name)) or 0
    return highest + 1


def new_ids(connection: Connection, into: Table) -> Iterator[int]:
    """Yield ids for rows of `into` that are inserted in this transaction, in order."""
    if connection.dialect.name == "postgresql":
        some = select(func.nextval(_sequence(into))).select_from(func.generate_series(1, _IDS_AT_ONCE))
        while True:
            yield from connection.scalars(some).all()
    yield from count(reserve_ids(connection, into, 1))


def _sequence(of: Table) -> ColumnElement[str]:
    key = of.primary_key.columns[0].name
    return cast(func.pg_get_serial_sequence(of.name, key), postgresql.REGCLASS)


def json_merged(document: ColumnElement[Any], patch: ColumnElement[Any]) -> ColumnElement[str]:
    """Return `document` with the members of `patch` put in; NULL in `patch` takes a member out."""
    return JsonMerged(document, patch)


def json_object(
    members: Mapping[str, ColumnElement[Any]], documents: Sequence[str] = ()
) -> ColumnElement[str]:
    """Return `members` as a JSON object; those named in `documents` are JSON already."""
    parts = [(name, AsJson(value) if name in documents else value) for name, value in members.items()]
    return JsonObjectOf(*[part for name, value in parts for part in (literal(name, Text), value)])


def json_array(values: ColumnElement[str]) -> ColumnElement[str]:
    """Return the values of a group as a JSON array."""
    return GroupAsArray(values)


def json_members(document: ColumnElement[Any]) -> TableValuedAlias:
    """Return the members of `document` as a table: `key` is the name of each."""
    return EachMember(document).table_valued(column("key", Text))


def grouped_text(values: ColumnElement[str], separator: str) -> ColumnElement[str]:
    """Return the values of a group in any order, with `separator` between them."""
    return GroupAsText(values, literal(separator, Text))


def time_text(moment: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a column of moments as text, as `utc_text` writes them."""
    return TimeText(moment)


def reader_digest(*values: ColumnElement[Any]) -> ColumnElement[str]:
    """Return a digest of values, the tags last and in any order.

    It is `row_digest` where the database keeps a document as it came; PostgreSQL writes it anew.
    """
    return ReaderDigest(*(TimeText(one) if isinstance(one.type, UtcTime) else one for one in values))


def keeps_documents(connection: Connection) -> bool:
    """Say whether the text of a JSON document comes back as it was, so that its digest holds."""
    return connection.dialect.name != "postgresql"


def prepare_staging(connection: Connection) -> None:
    """Let a connection of its own hold many temporary rows without a place in memory for all of them."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA temp.cache_size=-{_STAGING_CACHE_KIB}")
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_LIST_CACHE_KIB}")


def look_at_rows(connection: Connection, *tables: Table) -> None:
    """Let the database know what was just written, where it would else plan for tables as they were."""
    if connection.dialect.name == "postgresql":
        for one in tables:
            connection.exec_driver_sql(f'ANALYZE "{one.name}"')


def wipe_what_is_deleted(connection: Connection) -> None:
    """Let this connection overwrite what it deletes, where the database can do that."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def json_value(document: ColumnElement[Any], name: str) -> ColumnElement[str]:
    """Return the value under `name` in a column with JSON, as text; NULL where there is none."""
    return JsonValue(document, literal_column(f"'{_checked(name)}'", Text))


def json_raw(document: ColumnElement[Any], name: str) -> ColumnElement[str]:
    """Return the value under `name` as SQLite has it, whatever its type; NULL where there is none."""
    return func.json_extract(document, _path(name), type_=Text)


def json_kind(document: ColumnElement[object], name: str) -> ColumnElement[str]:
    """Return the type of the value under `name`: text, integer, real, true, false; NULL for none."""
    return func.json_type(document, _path(name), type_=Text)


def contains(within: ColumnElement[str], part: str) -> ColumnElement[bool]:
    """Say whether `part` occurs in `within`, letter by letter."""
    return TextPlace(within, literal(part, Text)) > 0


def text_place(within: ColumnElement[str], part: str) -> ColumnElement[int]:
    """Return where `part` begins in `within`, counted from 1; 0 where it does not occur."""
    return TextPlace(within, literal(part, Text))


def last_subscriber_id(connection: Connection) -> int:
    """Return the highest id that a subscriber has or had; 0 when there never was one."""
    if connection.dialect.name == "postgresql":
        query = select(func.pg_sequence_last_value(_sequence(subscriber)))
    else:
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
    if connection.dialect.name == "postgresql":
        return list(connection.scalars(text(_PG_INDEXES), {"name": of.name}))
    query = select(_SCHEMA.c.name).where(_SCHEMA.c.type == "index", _SCHEMA.c.tbl_name == of.name)
    return [name for name in connection.scalars(query) if name is not None]


def _path(name: str) -> ColumnElement[str]:
    # Written into the statement, not bound: only then does an index on the same expression serve.
    return literal_column(f"'$.{_checked(name)}'", Text)


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not the name of a field")
    return name
