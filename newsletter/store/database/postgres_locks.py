"""Locks between processes on any machine: advisory locks of a PostgreSQL session, which die with it."""

from __future__ import annotations

import os
import select
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import psycopg

from newsletter.errors import AnotherRunner, Problem
from newsletter.source import Place
from newsletter.store.database.faults import driver_fault
from newsletter.store.database.locks import operator_name

__all__ = ["WRITER_LOCK", "SessionLock", "driver_faults"]

_CLASS = 1_852_798_823  # so that locks of other programs in the same database are never ours
_WRITER = 0
_LONGEST_NAME = 63  # bytes that PostgreSQL keeps of an application's name

WRITER_LOCK = f"{_CLASS}, {_WRITER}"
"""The two numbers of the lock that whoever writes holds, alone or shared, to the end of the transaction."""

_Session: TypeAlias = "psycopg.Connection[Any]"

_HOLDER = """
SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = %s::bigint::oid AND l.objid = %s::bigint::oid
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
LIMIT 1
"""


@contextmanager
def driver_faults(shown: str) -> Iterator[None]:
    """Raise StoreError, naming the database as `shown`, for what psycopg itself raises inside."""
    try:
        yield
    except psycopg.Error as error:
        raise driver_fault(error, shown) from error


@dataclass(slots=True)
class SessionLock:
    """A lock called `name`, held by a connection of its own that `connect` makes.

    `purpose` says what for; without one, whoever has the lock is waited for. With `part` others may hold
    other parts at the same time, and nobody the whole.
    """

    connect: Callable[[], _Session]
    name: str
    shown: str
    purpose: str | None = None
    part: str | None = None
    _session: _Session | None = field(default=None, init=False)

    def take(self) -> None:
        """Take the lock. Raises AnotherRunner, naming the holder, when it is taken; StoreError."""
        self._take_on_new(waits=self.purpose is None)

    def _take_on_new(self, *, waits: bool) -> None:
        with driver_faults(self.shown):
            session = self.connect()
            try:
                self._take(session, waits=waits)
            except BaseException:
                session.close()
                raise
        self._session = session

    def keep(self, *, is_in_doubt: bool) -> None:
        """See that the lock is still ours, and take it again when its connection was lost.

        A connection that the server closed is seen at once; `is_in_doubt`: ask the server. Raises as `take`.
        """
        if self._session is None or self._is_alive(self._session, is_in_doubt=is_in_doubt):
            return
        self._session.close()
        self._take_on_new(waits=False)  # somebody else may have it now

    def give_back(self) -> None:
        """Give the lock back, as the end of the connection would."""
        if self._session is not None:
            self._session.close()
        self._session = None

    def _take(self, session: _Session, *, waits: bool) -> None:
        session.execute("SET idle_session_timeout = 0")
        if self.purpose is not None:
            holder = f"{self.purpose} ({operator_name()}, process {os.getpid()})"
            session.execute("SELECT set_config('application_name', %s, false)", [_short(holder)])
        _take(session, _number(self.name), self, is_shared=self.part is not None, waits=waits)
        if self.part is not None:
            _take(session, _number(f"{self.name} {self.part}"), self, is_shared=False, waits=waits)

    def _is_alive(self, session: _Session, *, is_in_doubt: bool) -> bool:
        if session.closed:
            return False
        with suppress(psycopg.Error, OSError, ValueError):
            has_news, _, _ = select.select([session.pgconn.socket], [], [], 0)
            if has_news or is_in_doubt:
                session.execute("SELECT 1")
            return True
        return False


def _take(session: _Session, number: int, lock: SessionLock, *, is_shared: bool, waits: bool) -> None:
    ending = "_shared" if is_shared else ""
    if waits:
        session.execute("SET lock_timeout = 0")
        session.execute(f"SELECT pg_advisory_lock{ending}(%s, %s)", [_CLASS, number])
        return
    taken = session.execute(f"SELECT pg_try_advisory_lock{ending}(%s, %s)", [_CLASS, number]).fetchone()
    if taken and taken[0]:
        return
    row = session.execute(_HOLDER, [_CLASS, number & 0xFFFF_FFFF]).fetchone()
    raise AnotherRunner(
        Problem(
            what="another process holds this database",
            place=Place(path=lock.shown),
            why=(row and row[0]) or "it did not say who it is",
            fix="wait until it is done or stop it; then try again",
        )
    )


def _number(name: str) -> int:
    """Return the number of the lock `name`, as PostgreSQL has them: 32 bits with a sign."""
    number = zlib.crc32(name.encode())
    return number - (1 << 32) if number >= 1 << 31 else number


def _short(text: str) -> str:
    return text.encode("ascii", "replace")[:_LONGEST_NAME].decode()
