"""How a database stands: read and never changed, also when it is damaged or of another version."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from newsletter.domain.machine_state import DatabaseState, LockState, OpenFile
from newsletter.errors import StoreError
from newsletter.store.database import Database
from newsletter.store.faults import store_faults
from newsletter.store.migrate import is_known
from newsletter.store.schema import HEAD

__all__ = ["look_at_database", "open_files", "sqlite_version"]

_MOST_TOLD = 5
_MOST_HOLDER_BYTES = 1_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def sqlite_version() -> str:
    """Return the version of SQLite in use."""
    return sqlite3.sqlite_version


def look_at_database(database: Database) -> DatabaseState | None:
    """Return how `database` stands, None when there is none; every page of it is read."""
    path = database.path
    if not path.exists():
        return None
    rights = tuple(open_files(sorted(path.parent.glob(f"{path.name}*"))))  # reading may make an empty log
    log = database.beside("-wal")
    faults, revision, has_keys = _contents(database)
    return DatabaseState(
        path=database.shown,
        size_bytes=path.stat().st_size,
        log_bytes=log.stat().st_size if log.exists() else 0,
        faults=faults,
        revision=revision,
        head=HEAD,
        is_known=revision is None or bool(faults) or is_known(revision),
        has_keys=has_keys,
        locks=tuple(_locks(path)),
        open_files=rights,
    )


def open_files(paths: Iterable[Path]) -> Iterator[OpenFile]:
    """Yield those of `paths` that others than their owner have any right to."""
    for path in paths:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError:  # it is gone, or somebody else's
            continue
        if mode & _OTHERS:
            yield OpenFile(path=str(path), mode=mode)


def _contents(database: Database) -> tuple[tuple[str, ...], str | None, bool]:
    """Return what is wrong inside, the schema's revision, and whether the key of links is there."""
    where = f"file:{quote(str(database.path))}?mode=ro"
    try:
        with store_faults(database.shown), closing(sqlite3.connect(where, uri=True)) as connection:
            faults = tuple(str(row[0]) for row in connection.execute(f"PRAGMA quick_check({_MOST_TOLD})"))
            names = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master")}
            revision = _single(
                connection, "SELECT version_num FROM alembic_version", "alembic_version", names
            )
            key = _single(connection, "SELECT value FROM meta WHERE name = 'secret'", "meta", names)
    except StoreError as error:
        problem = error.problems[0]
        return (f"{problem.what}: {problem.why}" if problem.why else problem.what,), None, True
    return () if faults == ("ok",) else faults, revision, key is not None or not names


def _single(connection: sqlite3.Connection, query: str, table: str, names: set[str]) -> str | None:
    row = connection.execute(query).fetchone() if table in names else None
    return str(row[0]) if row else None


def _locks(path: Path) -> Iterator[LockState]:
    """Yield the locks in which somebody wrote who they are; whoever ends in order takes that away."""
    for lock in sorted(path.parent.glob(f"{path.name}.*-lock")):
        try:
            descriptor = os.open(lock, os.O_RDONLY)
        except OSError:
            continue
        try:
            holder = os.pread(descriptor, _MOST_HOLDER_BYTES, 0).decode(errors="replace").strip()
            if holder:
                yield LockState(path=str(lock), holder=holder, is_held=_is_held(descriptor))
        finally:
            os.close(descriptor)


def _is_held(descriptor: int) -> bool:
    """Say whether a living process holds the lock; it is ours for a moment when none does."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False
