"""How a database on a PostgreSQL server stands: read and never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, text

from newsletter.domain.machine_state import DatabaseState, LockState, ServerState
from newsletter.errors import StoreError
from newsletter.store.database.database import Database
from newsletter.store.database.dialects import database_now
from newsletter.store.database.migrate import is_known, revision_of
from newsletter.store.schema.tables import HEAD, meta

__all__ = ["look_at_server"]

_HOLDERS = text("""
SELECT DISTINCT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND a.application_name LIKE '%(%process %'
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")
_IN_USE = text("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
_DURABLE = ("fsync", "full_page_writes")


def look_at_server(database: Database, now: datetime) -> DatabaseState | None:
    """Return how `database` stands by our clock `now`; None when the server has no tables of ours yet."""
    try:
        revision = revision_of(database)
        if revision is None:
            return None
        with database.reading() as connection:
            size: int = connection.scalar(select(func.pg_database_size(func.current_database()))) or 0
            return DatabaseState(
                path=database.shown,
                size_bytes=size,
                revision=revision,
                head=HEAD,
                is_known=is_known(revision),
                has_keys=_has_keys(connection),
                locks=tuple(
                    LockState(path=database.shown, holder=holder, is_held=True)
                    for holder in connection.scalars(_HOLDERS)
                ),
                server=_server(connection, now),
                is_on_server=True,
            )
    except StoreError as error:
        problem = error.problems[0]
        fault = f"{problem.what}: {problem.why}" if problem.why else problem.what
        return DatabaseState(path=database.shown, size_bytes=0, faults=(fault,), is_on_server=True)


def _server(connection: Connection, now: datetime) -> ServerState:
    def setting(name: str) -> str:
        return str(connection.scalar(select(func.current_setting(name))))

    return ServerState(
        version=f"PostgreSQL {setting('server_version').partition(' ')[0]}",
        encoding=setting("server_encoding"),
        clock_off_s=(database_now(connection) - now).total_seconds(),
        connections=(connection.scalar(_IN_USE) or 0, int(setting("max_connections"))),
        forgets=tuple(f"{name} is off" for name in _DURABLE if setting(name) == "off"),
    )


def _has_keys(connection: Connection) -> bool:
    return connection.scalar(select(meta.c.value).where(meta.c.name == "secret")) is not None
