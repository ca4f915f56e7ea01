"""Locks between processes on any machine: advisory locks of a PostgreSQL session, which die with it."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg

from newsletter.errors import AnotherRunner, Problem
from newsletter.source import Place
from newsletter.store.database.faults import driver_fault
from newsletter.store.database.locks import operator_name

__all__ = ["WRITER_LOCK", "driver_faults", "hold_lock"]

_CLASS = 1_852_798_823  # so that locks of other programs in the same database are never ours
_WRITER = 0
_LONGEST_NAME = 63  # bytes that PostgreSQL keeps of an application's name

WRITER_LOCK = f"{_CLASS}, {_WRITER}"
"""The two numbers of the lock that whoever writes holds until the end of the transaction."""

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


@contextmanager
def hold_lock(
    connection: psycopg.Connection[Any], name: str, purpose: str | None, *, part: str | None, shown: str
) -> Iterator[None]:
    """Hold the lock `name` on a connection of its own; without a `purpose` whoever has it is waited for.

    With `part` others may hold other parts at the same time, and nobody the whole. Raises AnotherRunner.
    """
    wanted = [(_number(name), part is not None)]
    if part is not None:
        wanted.append((_number(f"{name} {part}"), False))
    with driver_faults(shown):
        if purpose is not None:
            holder = f"{purpose} ({operator_name()}, process {os.getpid()})"
            connection.execute("SELECT set_config('application_name', %s, false)", [_short(holder)])
        for number, is_shared in wanted:
            _take(connection, number, is_shared=is_shared, waits=purpose is None, shown=shown)
    try:
        yield
    finally:
        with suppress(psycopg.Error):  # a connection that is lost has given it back
            connection.execute("SELECT pg_advisory_unlock_all()")


def _take(
    connection: psycopg.Connection[Any], number: int, *, is_shared: bool, waits: bool, shown: str
) -> None:
    ending = "_shared" if is_shared else ""
    if waits:
        connection.execute("SET lock_timeout = 0")
        connection.execute(f"SELECT pg_advisory_lock{ending}(%s, %s)", [_CLASS, number])
        return
    query = f"SELECT pg_try_advisory_lock{ending}(%s, %s)"
    taken = connection.execute(query, [_CLASS, number]).fetchone()
    if taken and taken[0]:
        return
    row = connection.execute(_HOLDER, [_CLASS, number & 0xFFFF_FFFF]).fetchone()
    raise AnotherRunner(
        Problem(
            what="another process holds this database",
            place=Place(path=shown),
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
