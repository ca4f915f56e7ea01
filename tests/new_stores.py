"""New databases of tests: the migrations run once in each process, and what they made is made again after.

A new store takes every migration there ever was, which is most of what many a test would do. The statements
that an empty database ends up with are read back from it once, and given to the next empty one as they are.
Tests marked `migrations`, and commands in processes of their own, run the migrations themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from alembic.config import Config
from sqlalchemy import Connection

from newsletter.store.database.migrate import PACKAGED

__all__ = ["NewStores"]

_MADE = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
_ROWS = "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'"


@dataclass(slots=True)
class NewStores:
    """What the migrations make, once `migrate` has run them; `is_asked_to_run`: they run every time."""

    migrate: Callable[[object, Connection], None]
    is_asked_to_run: bool = False
    _statements: list[str] = field(default_factory=list)

    def upgrade(self, config: Config, connection: Connection) -> None:
        """Bring the database of `connection` to the newest schema, as the migrations would."""
        is_ours = config.get_main_option("script_location") == str(PACKAGED.location)
        if self.is_asked_to_run or not is_ours or not _is_empty(connection):
            self.migrate(config, connection)
            return
        if not self._statements:
            self.migrate(config, connection)
            tables = connection.exec_driver_sql(_ROWS).scalars().all()
            full = [one for one in tables if connection.exec_driver_sql(f'SELECT 1 FROM "{one}"').first()]
            assert not full, f"a migration puts rows into a new database: {full}"
            self._statements = [*connection.exec_driver_sql(_MADE).scalars()]
            return
        for statement in self._statements:
            connection.exec_driver_sql(statement)
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES (?)", (PACKAGED.head,))


def _is_empty(connection: Connection) -> bool:
    return (
        connection.dialect.name == "sqlite"
        and connection.exec_driver_sql("SELECT 1 FROM sqlite_master").first() is None
    )
