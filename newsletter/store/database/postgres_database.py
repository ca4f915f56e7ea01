"""A database on a PostgreSQL server: connections with the right settings, and who may write beside whom."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import (
    Connection,
    Engine,
    QueuePool,
    RootTransaction,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.exc import DBAPIError, OperationalError

from newsletter.errors import Problem, StoreError
from newsletter.replacing import make_private_folder
from newsletter.source import Place
from newsletter.store.database.database import BUSY_TIMEOUT_S
from newsletter.store.database.faults import Interrupted, file_fault, store_faults
from newsletter.store.database.postgres_faults import is_passing
from newsletter.store.database.postgres_locks import WRITER_LOCK, SessionLock, driver_faults
from newsletter.store.database.postgres_marks import Mark, Marks
from newsletter.store.database.postgres_sessions import OrderedByBytes, open_session, session_settings

__all__ = ["PATIENCE_S", "PostgresDatabase"]

PATIENCE_S = 60.0
"""How long we wait for a server that was there and is gone, such as one that fails over, in seconds."""

_IDLE_S = 120  # of a transaction that writes: who sleeps on it would stop all others
_BRIEF_S = 5  # of one that shares: its process stands still, and holds rows that others need
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0
_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
# Not as the server does by default: who waits for a lock has to see what was kept until they got it.
_WRITING = "BEGIN ISOLATION LEVEL READ COMMITTED"
_PRIVATE = "BEGIN ISOLATION LEVEL REPEATABLE READ"  # READ ONLY would refuse to make temporary tables


class PostgresDatabase:
    """`Database` on a server, by a connection string of libpq.

    Who writes alone holds one lock of the database, as `BEGIN IMMEDIATE` does in SQLite: what a transaction
    read is still so when it writes. Who shares holds the same lock beside others who share: they see what
    each other kept, statement by statement, and hold the rows they change. Whoever wants to write alone is
    served before those who come to share later. Each leaves a mark (`postgres_marks`), so that after a
    connection was lost at its COMMIT the database itself says whether it was kept.
    """

    def __init__(  # as for SQLite, and how long to wait
        self,
        conninfo: str,
        path: Path,
        shown: str,
        *,
        read_only: bool = False,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """Prepare to use the database at `conninfo`; nothing is opened yet.

        `path` begins the names of files beside it. Raises psycopg.ProgrammingError for a wrong `conninfo`.
        """
        self.path = path
        self.shown = shown
        self.server: str | None = conninfo
        self.read_only = read_only
        self._patience_s = patience_s
        self._busy_timeout_s = busy_timeout_s
        self._settings = session_settings(conninfo, busy_timeout_s)
        self._engine: Engine = create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            poolclass=QueuePool,
            pool_size=5,
            max_overflow=20,
            pool_use_lifo=True,
            use_native_hstore=False,  # a question for each connection, about a type that is not used
        )
        self._engine.dialect.ddl_compiler = OrderedByBytes
        self._writer = self._engine.execution_options(newsletter_writes="durable")
        self._lazy_writer = self._engine.execution_options(newsletter_writes="lazy")
        self._sharer = self._writer.execution_options(newsletter_shares=True)
        self._lazy_sharer = self._lazy_writer.execution_options(newsletter_shares=True)
        self._private: list[Connection] = []  # the driver warns of one that nobody closed
        self._was_there = False
        self._locks: list[SessionLock] = []
        self._has_lost_one = False  # a connection, and with it perhaps others
        self._marks = Marks()
        event.listen(self._engine, "begin", self._begin)

    def exists(self) -> bool:
        """Say whether our tables are there."""
        with self.reading() as connection:
            return inspect(connection).has_table("alembic_version")

    def create(self) -> None:
        """See that the server fits and make the folder for files beside the database."""
        try:
            make_private_folder(self.path.parent)
        except OSError as error:
            raise file_fault(error, self.shown) from error
        with store_faults(self.shown), self._engine.connect():
            pass  # a connection looks at the server it has

    def beside(self, suffix: str) -> Path:
        """Return the path of a file that belongs to the database, in the project."""
        return self.path.with_name(f"{self.path.name}{suffix}")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees the database as it is now, whatever others write meanwhile."""
        with store_faults(self.shown):
            connection, transaction = self._begun(self._engine)
            with connection:
                try:
                    yield connection
                finally:
                    with suppress(DBAPIError):  # what was read, was read
                        transaction.rollback()

    @contextmanager
    def writing(self, *, is_durable: bool = True) -> Iterator[Connection]:
        """Give a connection that alone may write; committed at the end, undone by an exception.

        Raises Interrupted when nothing was kept and it may be done again.
        """
        with store_faults(self.shown):
            connection, transaction = self._begun(self._writer if is_durable else self._lazy_writer)
            with connection, self._kept(connection, transaction):
                yield connection

    @contextmanager
    def sharing(self, *, is_durable: bool = True) -> Iterator[Connection]:
        """Give a connection that writes beside others who share, and beside nobody who writes alone.

        Raises Interrupted as `writing` does, also when two were in each other's way.
        """
        with store_faults(self.shown):
            connection, transaction = self._begun(self._sharer if is_durable else self._lazy_sharer)
            with connection, self._kept(connection, transaction):
                yield connection

    def private(self) -> Connection:
        """Give a connection for one user, with temporary tables of its own; `close` closes it too."""
        with store_faults(self.shown):
            connection = self._engine.connect()
            connection.detach()
        connection.execution_options(newsletter_is_private=True)
        self._private = [*(one for one in self._private if not one.closed), connection]
        return connection

    @contextmanager
    def writing_on(self, connection: Connection) -> Iterator[Connection]:
        """Let a private connection alone write, durably; committed at the end, undone by an exception."""
        before = connection.get_execution_options().get("newsletter_writes")
        connection.execution_options(newsletter_writes="durable")
        try:
            with store_faults(self.shown), self._kept(connection, connection.begin()):
                yield connection
        finally:
            connection.execution_options(newsletter_writes=before)

    def shrink(self) -> None:
        """Close the connections that nobody uses."""
        with store_faults(self.shown):
            self._engine.dispose()

    def scour(self) -> bool:
        """Let PostgreSQL free the room of removed rows; say whether it is done.

        What was removed stays in the server's write-ahead log and in its backups until those are gone.
        """
        with driver_faults(self.shown), self._connect() as connection:
            connection.execute("VACUUM")
        return True

    @contextmanager
    def hold(self, name: str, purpose: str, part: str | None = None) -> Iterator[None]:
        """Hold the lock `name`; with `part` beside those who hold other parts of it."""
        with self._held(SessionLock(self._connect, name, self.shown, purpose, part)):
            yield

    @contextmanager
    def wait_for(self, name: str) -> Iterator[None]:
        """Hold the lock `name`, waiting for whoever has it."""
        with self._held(SessionLock(self._connect, name, self.shown)):
            yield

    def close(self) -> None:
        """Take our mark away and close every connection."""
        if self._marks.are_left:
            self._marks.stop()
            with suppress(StoreError), self.writing() as connection:  # else a later one takes them away
                self._marks.remove(connection)
        with store_faults(self.shown):
            for connection in self._private:
                connection.close()
            self._engine.dispose()

    @contextmanager
    def _held(self, lock: SessionLock) -> Iterator[None]:
        lock.take()
        self._locks.append(lock)
        try:
            yield
        finally:
            self._locks.remove(lock)
            lock.give_back()

    def _keep_locks(self) -> None:
        """See that our locks are still ours: they go with their connections. Raises AnotherRunner."""
        is_in_doubt, self._has_lost_one = self._has_lost_one, False
        for lock in list(self._locks):
            lock.keep(is_in_doubt=is_in_doubt)

    def _connect(self) -> psycopg.Connection[Any]:
        session = open_session(self._settings, self.shown, is_to_be_written=not self.read_only)
        self._was_there = True
        return session

    def _begun(self, engine: Engine) -> tuple[Connection, RootTransaction]:
        """Return a connection in a transaction; a server that was there before is waited for."""
        until = time.monotonic() + self._patience_s
        pause_s = _FIRST_PAUSE_S
        while True:
            connection: Connection | None = None
            try:
                connection = engine.connect()
                return connection, connection.begin()
            except DBAPIError as error:
                if connection is not None:
                    connection.close()
                is_gone = error.orig is not None and (connection is None or is_passing(error.orig))
                if not (is_gone and self._was_there) or time.monotonic() > until:
                    raise
                self._has_lost_one = True
            except BaseException:
                if connection is not None:
                    connection.close()
                raise
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _begin(self, connection: Connection) -> None:
        """Begin a transaction as the connection is to be used, in one round trip."""
        options = connection.get_execution_options()
        writes = options.get("newsletter_writes")
        driver = _driver(connection)
        try:
            if writes is None:
                driver.execute(_PRIVATE if options.get("newsletter_is_private") else _READING)
            else:
                self._begin_writing(connection, driver, is_durable=writes == "durable")
        except psycopg.Error as error:
            is_lost = driver.closed
            if is_lost:
                connection.invalidate(error)
            else:
                driver.rollback()
            raise OperationalError("BEGIN", None, error, connection_invalidated=is_lost) from error

    def _begin_writing(
        self, connection: Connection, driver: psycopg.Connection[Any], *, is_durable: bool
    ) -> None:
        shares = connection.get_execution_options().get("newsletter_shares", False)
        mode = f"{_WRITING}, READ ONLY" if self.read_only else _WRITING
        wanted = "off" if not is_durable else "on"
        if connection.info.get("synchronous") is None:
            row = driver.execute("SHOW synchronous_commit").fetchone()
            connection.info["synchronous"] = row[0] if row else "on"
        is_set = is_durable and connection.info["synchronous"] != "off"
        statements = [
            mode,
            f"SET LOCAL idle_in_transaction_session_timeout = '{_BRIEF_S if shares else _IDLE_S}s'",
            *([] if is_set else [f"SET LOCAL synchronous_commit = {wanted}"]),
            f"SELECT pg_advisory_xact_lock{'_shared' if shares else ''}({WRITER_LOCK})",
        ]
        connection.info["mark"] = None
        if not self.read_only:
            statements += self._marks.leave(connection, driver)
        driver.execute("; ".join(statements))  # no value of anybody's is in it

    @contextmanager
    def _kept(self, connection: Connection, transaction: RootTransaction) -> Iterator[None]:
        """Commit what is written within, or undo it when that raises."""
        mark: Mark | None = connection.info.get("mark")
        try:
            self._keep_locks()
            yield
        except BaseException:
            with suppress(DBAPIError):  # of a connection that is lost nothing is kept either
                transaction.rollback()
            raise
        self._commit(transaction, mark)

    def _commit(self, transaction: RootTransaction, mark: Mark | None) -> None:
        try:
            transaction.commit()
        except DBAPIError as error:
            if error.orig is None or not is_passing(error.orig):
                raise
            self._has_lost_one = True
            self._look_again(mark, error)

    def _look_again(self, mark: Mark | None, lost: DBAPIError) -> None:
        """Ask whether a transaction was kept whose COMMIT nobody answered; raises when it was not.

        Nobody has the lock alone before that transaction is over, so the mark then says how it ended.
        """
        unclear = StoreError(
            Problem(
                what="the connection was lost, and it is not known whether the last change was kept",
                place=Place(path=self.shown),
                why=str(lost.orig),
                fix="see where everybody stands when the server is back: newsletter status",
            )
        )
        if mark is None:
            raise unclear from lost
        try:
            connection, transaction = self._begun(self._engine)
            with connection, transaction:
                driver = _driver(connection)
                driver.execute("ROLLBACK")
                driver.execute(f"{_WRITING}; SELECT pg_advisory_xact_lock({WRITER_LOCK})")
                was_kept = self._marks.is_there(connection, mark)
        except (DBAPIError, psycopg.Error) as error:
            raise unclear from error
        if not was_kept:
            raise Interrupted.of(self.shown, lost.orig or lost) from lost


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    driver: Any = connection.connection.dbapi_connection  # also of one that left the pool
    assert isinstance(driver, psycopg.Connection), "the engine is one of psycopg"
    return driver
