"""How a database stands: read and never changed, also when it is damaged or of another version."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from newsletter.domain.machine_state import DatabaseState, LockState, OpenFile
from newsletter.errors import StoreError
from newsletter.store.database.faults import store_faults
from newsletter.store.database.migrate import is_known
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.schema.tables import HEAD

__all__ = ["look_at_database", "open_files", "sqlite_version"]

_REVISIONS = "alembic_version"
_MOST_TOLD = 5
_MOST_HOLDER_BYTES = 1_000
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_ENTER = stat.S_IXGRP | stat.S_IXOTH


@dataclass(frozen=True, slots=True, kw_only=True)
class _Inside:
    """What is in a database: with `faults` nothing else is known."""

    faults: tuple[str, ...] = ()
    revision: str | None = None
    has_keys: bool = True
    is_empty: bool = False


def sqlite_version() -> str:
    """Return the version of SQLite in use."""
    return sqlite3.sqlite_version


def look_at_database(database: SqliteDatabase) -> DatabaseState | None:
    """Return how `database` stands, None when there is none; every page of it is read."""
    try:
        return _look(database) if database.path.exists() else None
    except OSError as error:
        fault = f"it cannot be read: {(error.strerror or str(error)).lower()}"
        return DatabaseState(path=database.shown, size_bytes=0, faults=(fault,))


def _look(database: SqliteDatabase) -> DatabaseState:
    path = database.path
    rights = tuple(open_files(sorted(path.parent.glob(f"{path.name}*"))))  # reading may make an empty log
    log = database.beside("-wal")
    inside = _inside(database)
    return DatabaseState(
        path=database.shown,
        size_bytes=path.stat().st_size,
        log_bytes=log.stat().st_size if log.exists() else 0,
        faults=inside.faults,
        revision=inside.revision,
        head=HEAD,
        is_known=bool(inside.faults) or (is_known(inside.revision) if inside.revision else inside.is_empty),
        has_keys=inside.has_keys,
        locks=tuple(_locks(path)),
        open_files=rights,
    )


def open_files(paths: Iterable[Path]) -> Iterator[OpenFile]:
    """Yield those of `paths` that others than their owner have any right to, and can get to."""
    for path in paths:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            folder = path.parent.stat().st_mode
        except OSError:  # it is gone, or somebody else's
            continue
        if mode & _OTHERS and folder & _ENTER:
            yield OpenFile(path=str(path), mode=mode)


def _inside(database: SqliteDatabase) -> _Inside:
    where = f"file:{quote(str(database.path))}?mode=ro"
    try:
        with store_faults(database.shown), closing(sqlite3.connect(where, uri=True)) as connection:
            faults = tuple(str(row[0]) for row in connection.execute(f"PRAGMA quick_check({_MOST_TOLD})"))
            names = {str(row[0]) for row in connection.execute("SELECT name FROM sqlite_master")}
            if faults != ("ok",):
                return _Inside(faults=faults)
            if _REVISIONS not in names:
                return _Inside(is_empty=not names)
            revision = _single(connection, f"SELECT version_num FROM {_REVISIONS}")  # noqa: S608  # a constant
            key = (
                _single(connection, "SELECT value FROM meta WHERE name = 'secret'")
                if "meta" in names
                else None
            )
            return _Inside(revision=revision, has_keys=key is not None)
    except StoreError as error:
        problem = error.problems[0]
        return _Inside(faults=(f"{problem.what}: {problem.why}" if problem.why else problem.what,))


def _single(connection: sqlite3.Connection, query: str) -> str | None:
    row = connection.execute(query).fetchone()
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
