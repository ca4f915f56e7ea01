"""Turn whatever the database driver raises into a StoreError that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from newsletter.errors import Problem, StoreError, UsageError
from newsletter.source import Place
from newsletter.store.database.closed import closed_by, problem_of
from newsletter.store.database.postgres_faults import is_of_postgres, is_passing, told

__all__ = ["Interrupted", "driver_fault", "file_fault", "is_damage", "store_faults"]

_PRIMARY = 0xFF  # an extended result code keeps the primary one in its low byte (sqlite.org/rescode.html)

_SQLITE: dict[int, tuple[str, str, str]] = {
    sqlite3.SQLITE_BUSY: (
        "the database is locked",
        "another process has been writing to it for longer than we wait",
        "wait until the other command is done, then try again",
    ),
    sqlite3.SQLITE_FULL: (
        "the disk is full",
        "the database could not grow; nothing was half written",
        "make room on the disk, then try again; `newsletter resume` goes on with a campaign",
    ),
    sqlite3.SQLITE_IOERR: (
        "the disk did not take or give the data",
        "the operating system reported a fault while reading or writing; nothing was half written",
        "check the disk, its free space and your quota, then try again",
    ),
    sqlite3.SQLITE_READONLY: (
        "the database cannot be written",
        "the file, its directory or the disk is read-only",
        "give yourself the right to write to the file and to its directory",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "the database cannot be opened",
        "it does not exist, or you may not read it or its directory",
        "check the path in [store] url and the rights on the directory",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "the database is damaged",
        "its contents contradict each other",
        "put back a copy; the file itself may be mended with: sqlite3 FILE .recover",
    ),
    sqlite3.SQLITE_NOTADB: (
        "the file is not a database",
        "it was written by another program, or overwritten",
        "check the path in [store] url, or put back a copy",
    ),
}
_OTHER = (
    "the database refused",
    "this should not happen",
    "try again; if it stays, report it with the line above",
)


class Interrupted(StoreError):
    """A transaction of which nothing was kept, through no fault of its own: it may be done again."""

    @classmethod
    def of(cls, shown: str, error: BaseException) -> Interrupted:
        """Return it for an `error` of the driver, with the database as `shown`."""
        return cls(_problem(error, shown))


@contextmanager
def store_faults(shown: str) -> Iterator[None]:
    """Raise StoreError, naming the database as `shown`, for everything the driver raises inside.

    Text that is not Unicode is the user's, so it is a UsageError.
    """
    try:
        yield
    except DBAPIError as error:
        raise driver_fault(error.orig, shown) from error
    except sqlite3.Error as error:
        raise driver_fault(error, shown) from error
    except UnicodeEncodeError as error:  # raised by the driver, for what a terminal gave us undecoded
        raise UsageError(
            Problem(
                what=f"{error.object[:40]!a} holds bytes that are no text",
                why="everything in the database is UTF-8",
                fix="type it again, in a terminal set to UTF-8",
            )
        ) from error
    except PoolTimeout as error:
        raise StoreError(
            Problem(
                what="too many readers use the database at once",
                place=Place(path=shown),
                why=str(error),
                fix="try again when fewer pages are open",
            )
        ) from error


def is_damage(error: StoreError) -> bool:
    """Say whether `error` means that the contents are lost, not that somebody is in the way for now."""
    cause = error.__cause__
    cause = cause.orig if isinstance(cause, DBAPIError) else cause
    if cause is None:  # we looked through it ourselves
        return True
    code = getattr(cause, "sqlite_errorcode", None)
    return isinstance(code, int) and code & _PRIMARY in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def file_fault(error: OSError, shown: str) -> StoreError:
    """Return the StoreError for a directory or file beside the database that could not be made or read."""
    return StoreError(
        Problem(
            what="the database's file or directory cannot be used",
            place=Place(path=shown),
            why=f"{error.strerror or error}: {error.filename}" if error.filename else str(error),
            fix="check that the directory exists, is yours and has room",
        )
    )


def driver_fault(error: BaseException | None, shown: str) -> StoreError:
    """Return the StoreError for what a database's driver raised, with the database as `shown`."""
    if error is not None and is_of_postgres(error) and is_passing(error):
        return Interrupted.of(shown, error)
    return StoreError(_problem(error, shown))


def _problem(error: BaseException | None, shown: str) -> Problem:
    if (closed := closed_by(error)) is not None:
        return problem_of(closed, shown)
    code = getattr(error, "sqlite_errorcode", None)
    if error is not None and is_of_postgres(error):
        what, why, fix = told(error)
    else:
        what, why, fix = _SQLITE.get(code & _PRIMARY, _OTHER) if isinstance(code, int) else _OTHER
    said = " ".join(str(error).split()) if error else ""
    return Problem(what=what, place=Place(path=shown), why=f"{why} ({said})" if said else why, fix=fix)
