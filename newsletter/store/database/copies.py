"""Copies of a database: made whole while others write, looked through before anybody relies on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from newsletter.errors import Problem, StoreError
from newsletter.replacing import private_draft
from newsletter.source import Place
from newsletter.store.database.faults import file_fault, store_faults

__all__ = ["CopyFacts", "copy_database", "fold_in_log", "look_through", "put_into"]

_MOST_TOLD = 5
_MOST_WAITS = 40  # of a quarter of a second each, while another process writes


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyFacts:
    """What is in a copy: the schema's revision (None: no schema), and how many rows each table has."""

    revision: str | None
    counts: Mapping[str, int]


def copy_database(source: sqlite3.Connection, target: Path, *, shown: str) -> None:
    """Write what `source` holds now to `target`, for its owner only, without its write-ahead log.

    All pages are read in one transaction, so others may write meanwhile and the copy is of one moment. A
    crash leaves nothing under the name `target`. Raises StoreError; sqlite3.Error for a fault of `source`.
    """
    try:
        with private_draft(target) as draft, closing(sqlite3.connect(draft, isolation_level=None)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file that stands by itself
    except OSError as error:
        raise file_fault(error, shown) from error


def look_through(path: Path, *, shown: str) -> CopyFacts:
    """Return what is in the copy at `path` after reading every page of it.

    Raises StoreError when pages, indexes or references contradict each other, or when it is no database.
    """
    with store_faults(shown), _reading(path) as connection:
        wrong = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_MOST_TOLD})")]
        if wrong == ["ok"]:
            wrong = [
                f"a row of {table} names one of {parent} that is not there"
                for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check").fetchmany(
                    _MOST_TOLD
                )
            ]
        if wrong:
            raise StoreError(
                Problem(what="the copy is damaged", place=Place(path=shown), why="; ".join(map(str, wrong)))
            )
        names = [
            name
            for (name,) in connection.execute(
                "SELECT name FROM sqlite_master"
                " WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
        ]
        counts = {
            name: connection.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0]  # noqa: S608  # quoted
            for name in names
        }
        revision = None
        if "alembic_version" in counts:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            revision = row[0] if row else None
    return CopyFacts(revision=revision, counts=counts)


def fold_in_log(path: Path, *, shown: str) -> None:
    """Bring what the write-ahead log of the copy at `path` holds into the file itself. Raises StoreError."""
    with store_faults(shown), closing(_opened(path, "rw")) as connection:
        mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        assert mode == "delete", "nobody else has the copy open"


def put_into(copy: Path, database: Path, *, shown: str) -> None:
    """Let the database at `database` hold what `copy` holds, in one transaction of its own.

    Whoever has it open sees the old contents or the new, never half; after a crash it is the old. Raises
    StoreError, also when another process writes for too long.
    """
    waits = 0

    def give_up(status: int, _remaining: int, _total: int) -> None:
        nonlocal waits
        waits += status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if waits > _MOST_WAITS:
            raise StoreError(
                Problem(
                    what="the database is locked",
                    place=Place(path=shown),
                    why="another process has been writing to it for longer than we wait; nothing was changed",
                    fix="wait until the other command is done, then try again",
                )
            )

    with store_faults(shown), _reading(copy) as source, closing(_opened(database, "rw")) as target:
        target.execute("PRAGMA journal_mode=WAL")
        target.execute("PRAGMA synchronous=FULL")
        source.backup(target, progress=give_up)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(_opened(path, "ro")) as connection:
        yield connection


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, isolation_level=None)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
