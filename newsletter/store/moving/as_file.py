"""What a database holds at one moment as a file of SQLite, and such a file in the place of a database."""

from __future__ import annotations

from pathlib import Path

from newsletter.store.database.copies import fold_in_log
from newsletter.store.database.database import Database
from newsletter.store.database.migrate import ensure_schema
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.moving.tables import empty_tables, fill_tables

__all__ = ["put_on_server", "remove_draft", "write_as_file"]


def write_as_file(database: Database, path: Path) -> None:
    """Write a consistent copy of `database` to `path`, also while others write. Raises StoreError.

    What is on a server becomes of this version first, as by any command that writes; it is read in one
    snapshot, and the copy is compared with it. On an error there is no `path`.
    """
    if isinstance(database, SqliteDatabase):
        database.copy_to(path)
        return
    ensure_schema(database)
    draft = SqliteDatabase(path, database.shown)
    remove_draft(draft)
    try:
        draft.create()
        ensure_schema(draft)
        with database.reading() as reading, draft.writing() as writing:
            fill_tables(reading, writing, lambda _done: None, shown=database.shown)
        draft.close()
        fold_in_log(path, shown=database.shown)
    except BaseException:
        draft.close()
        remove_draft(draft)
        raise


def put_on_server(path: Path, database: Database) -> None:
    """Let `database`, on a server, hold what the file at `path` holds, in one transaction.

    Raises StoreError; then it holds what it did.
    """
    draft = SqliteDatabase(path, database.shown, read_only=True)
    try:
        with draft.reading() as reading, database.writing() as writing:
            empty_tables(writing)
            fill_tables(reading, writing, lambda _done: None, shown=database.shown)
    finally:
        draft.close()


def remove_draft(draft: SqliteDatabase) -> None:
    """Remove a file that takes nobody's place, and what SQLite put beside it."""
    for end in ("", "-wal", "-shm", ".plan-lock"):
        draft.beside(end).unlink(missing_ok=True)
