"""Who else on this machine may read the database and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from newsletter.store.database.database import Database

__all__ = ["loose_files"]

_ENDS = ("", "-wal", "-shm")
_OTHERS = 0o007
_READ_OR_WRITE = 0o006
_PASS = 0o001


def loose_files(database: Database) -> tuple[Path, ...]:
    """Return the files of `database`, copies included, that everybody on this machine may read or write.

    A directory that lets nobody through protects what is in it. A group that may read is a choice.
    """
    if not database.path.exists() or not _lets_others(database.path.parent, _PASS):
        return ()
    return tuple(path for path in _files(database) if _lets_others(path, _READ_OR_WRITE))


def _files(database: Database) -> Iterable[Path]:
    yield from (database.beside(end) for end in _ENDS)
    yield from sorted(database.path.parent.glob(f"{database.path.name}.before-*"))


def _lets_others(path: Path, bits: int) -> bool:
    try:
        return bool(path.stat().st_mode & _OTHERS & bits)
    except OSError:
        return False
