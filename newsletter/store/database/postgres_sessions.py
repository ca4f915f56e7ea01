"""Connections to a PostgreSQL server: with our limits, and only to one that can hold a store."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Column
from sqlalchemy.dialects.postgresql.base import PGDDLCompiler

from newsletter.store.database.postgres_fitness import Fitness

__all__ = ["OrderedByBytes", "Unreachable", "open_session", "session_settings"]

_CONNECT_S = 10
_SLOW = "-c statement_timeout=30min"  # a statement over millions of rows takes minutes, and none half an hour


class Unreachable(psycopg.OperationalError):
    """There is no connection yet, so nothing can have been lost."""


def open_session(
    settings: Mapping[str, Any], shown: str, *, is_to_be_written: bool
) -> psycopg.Connection[Any]:
    """Connect, in autocommit: whoever uses it says BEGIN. Raises StoreError for an unfit server."""
    try:
        session = psycopg.connect(**settings, autocommit=True)
    except psycopg.OperationalError as error:
        raise Unreachable(*error.args) from error
    try:
        status = session.pgconn.parameter_status
        Fitness(
            version=session.info.server_version,
            encoding=(status(b"server_encoding") or b"").decode(),
            is_copy=status(b"in_hot_standby") == b"on",
            is_to_be_written=is_to_be_written,
        ).check(shown)
    except BaseException:
        session.close()
        raise
    return session


def session_settings(conninfo: str, busy_timeout_s: float) -> dict[str, Any]:
    """Return what psycopg is given: what `conninfo` says, and our limits where it says nothing."""
    said = conninfo_to_dict(conninfo)
    ours = f"-c TimeZone=UTC -c lock_timeout={round(busy_timeout_s * 1000)} -c DateStyle=ISO {_SLOW}"
    return {
        "application_name": "newsletter",
        "connect_timeout": _CONNECT_S,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 60_000,
        **said,
        "client_encoding": "UTF8",
        "options": f"{said.get('options') or ''} {ours}".strip(),
    }


class OrderedByBytes(PGDDLCompiler):
    """Makes columns of text that are ordered by their bytes, as SQLite does.

    The order of a language differs between servers, and after an upgrade of one an index may be wrong.
    """

    def get_column_specification(self, column: Column[Any], **kwargs: Any) -> str:
        """Return what stands in CREATE TABLE for `column`."""
        found: str = super().get_column_specification(column, **kwargs)  # type: ignore[no-untyped-call]  # SQLAlchemy's
        return found.replace(" TEXT", ' TEXT COLLATE "C"', 1)
