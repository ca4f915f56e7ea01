"""Bring a database to the schema of this version, or refuse to touch it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from newsletter.errors import Problem, StoreError
from newsletter.source import Place
from newsletter.store.database import Database
from newsletter.store.locks import wait_for
from newsletter.store.schema import HEAD

__all__ = ["PACKAGED", "Migrations", "ensure_schema"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrations:
    """Where the migrations lie, and the newest of them."""

    location: Path
    head: str


PACKAGED = Migrations(location=Path(__file__).parent / "migrations", head=HEAD)


def ensure_schema(database: Database, migrations: Migrations = PACKAGED) -> None:
    """Make the schema, or bring it to `migrations.head` after putting a copy beside the database.

    Raises StoreError for a database of a newer version, of another program, or one that may only be
    read and would have to be changed. Alembic is imported only when there is something to do.
    """
    if _revision(database) == migrations.head:
        return
    if database.read_only:
        raise StoreError(
            Problem(
                what="the database is of an older version",
                place=Place(path=database.shown),
                why="it may only be read now, so it cannot be brought up to date",
                fix="run: newsletter status",
            )
        )
    with wait_for(database.beside(".plan-lock"), shown=database.shown):
        revision = _revision(database)  # another process may have done it while we waited
        if revision != migrations.head:
            _upgrade(database, revision, migrations)


def _revision(database: Database) -> str | None:
    """Return the database's revision; None when it is empty."""
    with database.reading() as connection:
        tables = set(inspect(connection).get_table_names())
        if "alembic_version" in tables:
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    if tables:
        raise StoreError(
            Problem(
                what="the database belongs to another program",
                place=Place(path=database.shown),
                why=f"it holds tables that are not ours: {', '.join(sorted(tables)[:5])}",
                fix="name another file in [store] url",
            )
        )
    return None


def _upgrade(database: Database, revision: str | None, migrations: Migrations) -> None:
    from alembic.config import Config  # slow to import and hardly ever needed
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(migrations.location).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in known:
        raise StoreError(
            Problem(
                what="the database is of a newer version of newsletter",
                place=Place(path=database.shown),
                why=f"its schema is {revision}; this version knows {migrations.head} and older",
                fix="upgrade: pip install --upgrade newsletter-as-code",
            )
        )
    if revision is not None:
        database.copy_to(database.beside(f".before-{migrations.head}"))
    with database.writing() as connection:
        _run(config, connection)


def _run(config: object, connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    assert isinstance(config, Config)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
