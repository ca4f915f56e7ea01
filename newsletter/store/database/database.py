"""What the store asks of a database: connections, and transactions that say what they are."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

__all__ = ["BUSY_TIMEOUT_S", "Database"]

BUSY_TIMEOUT_S = 60.0
"""How long a command waits for another one that is writing, in seconds.

The longest are an import, some 16 s for a million rows, and giving the pages of forgotten people back.
"""


class Database(Protocol):
    """A database and how it is reached: `SqliteDatabase`, or `PostgresDatabase`.

    One writes at a time, so that what a transaction read still holds when it writes; apart from those who
    share, see `sharing`. Commits are durable unless asked otherwise: an intent must survive a power cut.
    Errors of the driver come out as StoreError.
    """

    path: Path
    """The file; of a database on a server the name under which files beside it lie in the project."""

    shown: str
    """How messages call it; it holds no password."""

    read_only: bool

    server: str | None
    """How libpq reaches the server from which several processes may send; None for a file."""

    def exists(self) -> bool:
        """Say whether it has been made. Raises StoreError when a server does not answer."""
        ...

    def create(self) -> None:
        """Make the place for the tables; what is there stays. Raises StoreError, also for an unfit server."""
        ...

    def beside(self, suffix: str) -> Path:
        """Return the path of a file that belongs to the database, such as a list that outlives it."""
        ...

    def reading(self) -> AbstractContextManager[Connection]:
        """Give a connection that sees the database as it is now, whatever others write meanwhile."""
        ...

    def writing(self, *, is_durable: bool = True) -> AbstractContextManager[Connection]:
        """Give a connection that alone may write; committed at the end, undone by an exception.

        What is not `is_durable` survives the death of the process, and a power cut once a later commit is
        durable.
        """
        ...

    def sharing(self, *, is_durable: bool = True) -> AbstractContextManager[Connection]:
        """Give a connection that writes beside others who share; where one writes at a time, as `writing`.

        Nobody is `writing` meanwhile, so what only those change stays as it is: a campaign's state, its waves
        and who is on the list. What others change who share has to be held row by row (FOR UPDATE). It is for
        transactions of a few milliseconds: who stands still in one for longer loses it. `is_durable` as in
        `writing`.
        """
        ...

    def private(self) -> Connection:
        """Give a connection for one user, with temporary tables of its own; they close it, or `close` does.

        Its transactions read, and may write in temporary tables, until `writing_on` is used.
        """
        ...

    def writing_on(self, connection: Connection) -> AbstractContextManager[Connection]:
        """Let a private connection alone write, durably; committed at the end, undone by an exception."""
        ...

    def shrink(self) -> None:
        """Give back what idle connections hold: they are closed."""
        ...

    def scour(self) -> bool:
        """Let no unused page hold what was removed, as far as it can be done; say whether it is done."""
        ...

    def hold(self, name: str, purpose: str, part: str | None = None) -> AbstractContextManager[None]:
        """Hold the lock `name`; raises AnotherRunner at once, naming the holder, when it is taken.

        It dies with its holder. `purpose` completes "another process is …" for whoever comes second. On a
        server several may hold it, each another `part`.
        """
        ...

    def wait_for(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock `name`, waiting for whoever has it."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
