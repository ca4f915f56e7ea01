"""Marks that transactions leave, so that the database itself says whether one was kept."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import psycopg
from sqlalchemy import Connection, text

from newsletter.store.schema.columns import utc_text

__all__ = ["Mark", "Marks"]

_MARK = "commit of "
_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one transaction writes: `value` is its own, `name` that of its connection."""

    name: str
    value: str


class Marks:
    """The marks of one process, a row of `meta` for each of its connections.

    So transactions that go on at the same time never wait for each other's mark, nor take it away.
    """

    def __init__(self) -> None:
        """Leave no mark yet."""
        self._process = f"{_MARK}{uuid.uuid4().hex}"
        self._connections = count(1)
        self._transactions = count(1)
        self._has_table: bool | None = None  # None: whether there is one is not known yet

    @property
    def are_left(self) -> bool:
        """Say whether this process may have left some."""
        return bool(self._has_table)

    def leave(self, connection: Connection, driver: psycopg.Connection[Any]) -> list[str]:
        """Return the statements that leave a mark; none while there is no table for it."""
        if self._has_table is None:
            found = driver.execute("SELECT to_regclass('meta') IS NOT NULL").fetchone()
            self._has_table = bool(found and found[0]) or None
        connection.info["mark"] = None
        if not self._has_table:
            return []
        name = connection.info.setdefault("mark_name", f"{self._process} {next(self._connections)}")
        value = f"{utc_text(datetime.now(UTC))} {next(self._transactions)}"  # not for the ledger
        connection.info["mark"] = Mark(name=name, value=value)
        return [
            f"INSERT INTO meta (name, value) VALUES ('{name}', '{value}')"  # noqa: S608  # both ours
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        ]

    def is_there(self, connection: Connection, mark: Mark) -> bool:
        """Say whether the transaction of `mark` was kept."""
        found = connection.scalar(text("SELECT value FROM meta WHERE name = :name"), {"name": mark.name})
        return bool(found == mark.value)

    def stop(self) -> None:
        """Leave no more."""
        self._has_table = False

    def remove(self, connection: Connection) -> None:
        """Take ours away, and those of processes that died long ago."""
        old = utc_text(datetime.now(UTC) - _KEPT)
        connection.execute(
            text("DELETE FROM meta WHERE name LIKE :own OR (name LIKE :marks AND value < :old)"),
            {"own": f"{self._process} %", "marks": f"{_MARK}%", "old": old},
        )
