"""One SQLite database: connections with the right settings, and transactions that say what they are."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import quote
from weakref import WeakSet

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

from newsletter.replacing import make_private_folder
from newsletter.store.database.copies import copy_database
from newsletter.store.database.database import BUSY_TIMEOUT_S
from newsletter.store.database.faults import file_fault, store_faults
from newsletter.store.database.locks import hold, wait_for
from newsletter.store.database.sqlite_functions import register_functions

__all__ = ["SqliteDatabase"]

_CACHE_KIB = 2_048  # of a connection that only reads: larger ones hold pages that nobody asks for again
_WRITER_CACHE_KIB = 8_192  # a plan writes random ids into an index: 2 MiB reads it again and again

_CHECKPOINT_PAGES = 4_000  # 16 MiB; at SQLite's own 1,000 a report of events is copied at every commit


class SqliteDatabase:
    """`Database` in a file of SQLite.

    Every write is one `BEGIN IMMEDIATE` transaction: a read that turned into a write would be refused
    at once when another process wrote in between. Commits are durable (`synchronous=FULL`) unless asked
    otherwise: an intent must survive a power cut. Errors of the driver come out as StoreError.
    """

    def __init__(
        self, path: Path, shown: str, *, read_only: bool = False, busy_timeout_s: float = BUSY_TIMEOUT_S
    ) -> None:
        """Prepare to use the database at `path`, called `shown` in messages; nothing is opened yet."""
        self.path = path
        self.shown = shown
        self.server: str | None = None
        self.read_only = read_only
        self._busy_timeout_s = busy_timeout_s
        self._engine: Engine = create_engine(
            "sqlite://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=5,
            max_overflow=20,
            pool_use_lifo=True,  # one connection at a time has one cache, with what was read a moment ago
            pool_reset_on_return=None,  # both ways of using a connection end their transaction
        )
        self._writer = self._engine.execution_options(newsletter_writes="FULL")
        self._lazy_writer = self._engine.execution_options(newsletter_writes="NORMAL")
        self._private: WeakSet[Connection] = WeakSet()
        event.listen(self._engine, "begin", _begin)

    def exists(self) -> bool:
        """Say whether the file is there."""
        return self.path.exists()

    def create(self) -> None:
        """Make the file, and its directory, readable by its owner only; an existing file stays."""
        self.make_folder()
        try:
            if not self.path.exists():
                os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise file_fault(error, self.shown) from error

    def make_folder(self) -> None:
        """Make the file's directory, for its owner only; one that is there stays as it is."""
        try:
            make_private_folder(self.path.parent)
        except OSError as error:
            raise file_fault(error, self.shown) from error

    def beside(self, suffix: str) -> Path:
        """Return the path of a file that belongs to the database, such as a lock or a copy."""
        return self.path.with_name(f"{self.path.name}{suffix}")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees the database as it is now, whatever others write meanwhile."""
        with store_faults(self.shown), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self, *, is_durable: bool = True) -> Iterator[Connection]:
        """Give a connection that alone may write; committed at the end, undone by an exception.

        What is not `is_durable` survives the death of the process, and a power cut once a later commit is
        durable.
        """
        writer = self._writer if is_durable else self._lazy_writer
        with store_faults(self.shown), writer.connect() as connection, connection.begin():
            yield connection

    def sharing(self, *, is_durable: bool = True) -> AbstractContextManager[Connection]:
        """Do what `writing` does: a file has one writer at a time."""
        return self.writing(is_durable=is_durable)

    def private(self) -> Connection:
        """Give a connection for one user, with temporary tables of its own; they close it, or `close` does.

        Its transactions read, and may write in temporary tables, until `writing_on` is used.
        """
        with store_faults(self.shown):
            connection = self._engine.connect()
            connection.detach()
        self._private.add(connection)
        return connection

    @contextmanager
    def writing_on(self, connection: Connection) -> Iterator[Connection]:
        """Let a private connection alone write, durably; committed at the end, undone by an exception."""
        before = connection.get_execution_options().get("newsletter_writes")
        connection.execution_options(newsletter_writes="FULL")
        try:
            with store_faults(self.shown), connection.begin():
                yield connection
        finally:
            connection.execution_options(newsletter_writes=before)

    def shrink(self) -> None:
        """Give back the memory in which idle connections keep pages of the file: they are closed."""
        with store_faults(self.shown):
            self._engine.dispose()

    def scour(self) -> bool:
        """Write the database anew, so that no unused page holds what was removed; say whether it is done.

        It takes room for a second copy, and nobody else may write meanwhile. False: somebody still reads
        what was there before, so that the log of changes cannot be emptied yet.
        """
        with store_faults(self.shown):
            connection = self._connect()
            try:
                connection.execute("VACUUM")
                is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.close()
        return not is_busy

    def hold(self, name: str, purpose: str, part: str | None = None) -> AbstractContextManager[None]:  # noqa: ARG002
        """Hold the lock `name`, a file beside the database; whatever the part, nobody else holds it."""
        return hold(self.beside(name), purpose, shown=self.shown)

    def wait_for(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock `name`, waiting for whoever has it."""
        return wait_for(self.beside(name), shown=self.shown)

    def copy_to(self, target: Path) -> None:
        """Write a consistent copy of the database to `target`, also while others write; on disk at return."""
        with store_faults(self.shown):
            source = self._connect()
            try:
                copy_database(source, target, shown=self.shown)
            finally:
                source.close()

    def close(self) -> None:
        """Close every connection."""
        with store_faults(self.shown):
            for connection in self._private:
                connection.close()
            self._engine.dispose()

    def _connect(self) -> sqlite3.Connection:
        # mode=rw, never rwc: a database that vanished while we work must not come back empty.
        connection = sqlite3.connect(
            f"file:{quote(str(self.path))}?mode={'ro' if self.read_only else 'rw'}",
            uri=True,
            timeout=self._busy_timeout_s,
            isolation_level=None,  # we say BEGIN ourselves, see _begin
            check_same_thread=False,  # the pool gives a connection to one thread at a time
        )
        try:
            if not self.read_only:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
            register_functions(connection)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


def _begin(connection: Connection) -> None:
    synchronous = connection.get_execution_options().get("newsletter_writes")
    # Straight to the driver, which has a third of the work: this happens four times for every batch.
    driver = connection.connection.dbapi_connection  # also of one that left the pool
    assert driver is not None, "a connection that begins is open"
    if synchronous is not None and connection.info.get("synchronous", "FULL") != synchronous:
        driver.execute(f"PRAGMA synchronous={synchronous}")
        connection.info["synchronous"] = synchronous
    if synchronous is not None and "has_large_cache" not in connection.info:
        driver.execute(f"PRAGMA cache_size=-{_WRITER_CACHE_KIB}")
        connection.info["has_large_cache"] = True
    driver.execute("BEGIN IMMEDIATE" if synchronous is not None else "BEGIN")
