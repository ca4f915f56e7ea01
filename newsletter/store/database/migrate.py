"""Bring a database to the schema of this version, or refuse to touch it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from newsletter.errors import Problem, StoreError
from newsletter.source import Place
from newsletter.store.database.closed import close_tables, closed_as, open_tables
from newsletter.store.database.copies import look_through
from newsletter.store.database.database import Database
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.schema.tables import HEAD, meta

__all__ = ["PACKAGED", "Migrations", "ensure_schema", "is_known", "revision_of"]

_COPIES_KEPT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrations:
    """Where the migrations lie, and the newest of them."""

    location: Path
    head: str


PACKAGED = Migrations(location=Path(__file__).parent / "migrations", head=HEAD)


def ensure_schema(database: Database, migrations: Migrations = PACKAGED) -> Path | None:
    """Make the schema, or bring it to `migrations.head` after putting a copy beside the database.

    Return that copy; None when none was needed, or on a server, whose copies are its own. It was looked
    through, and is named by the new schema and the day of the last change; three are kept. When anything
    goes wrong, the database is as it was. Raises StoreError for a database of a newer version, of another
    program, or one that may only be read and would have to be changed.
    Alembic is imported only when there is something to do.
    """
    if revision_of(database) == migrations.head:
        return None
    if database.read_only:
        raise StoreError(
            Problem(
                what="the database is of an older version",
                place=Place(path=database.shown),
                why="it may only be read now, so it cannot be brought up to date",
                fix="run: newsletter status",
            )
        )
    with database.wait_for(".plan-lock"):
        revision = revision_of(database)  # another process may have done it while we waited
        return _upgrade(database, revision, migrations) if revision != migrations.head else None


def is_known(revision: str, migrations: Migrations = PACKAGED) -> bool:
    """Say whether this version knows the schema called `revision`: its own, or an older one."""
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(migrations.location)).walk_revisions()
    return revision in {script.revision for script in scripts}


def revision_of(database: Database) -> str | None:
    """Return the database's revision; None when it is empty. Raises StoreError when it is not ours."""
    with database.reading() as connection:
        tables = set(inspect(connection).get_table_names())
        if tables >= {"alembic_version", meta.name}:  # others use Alembic as well
            return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
    if tables:
        raise StoreError(
            Problem(
                what="the database belongs to another program",
                place=Place(path=database.shown),
                why=f"it holds tables that are not ours: {', '.join(sorted(tables)[:5])}",
                fix=f"name another {'file' if database.server is None else 'database'} in [store] url",
            )
        )
    return None


def _upgrade(database: Database, revision: str | None, migrations: Migrations) -> Path | None:
    from alembic.config import Config  # slow to import and hardly ever needed

    config = Config()
    config.set_main_option("script_location", str(migrations.location).replace("%", "%%"))
    if revision is not None and not is_known(revision, migrations):
        raise StoreError(
            Problem(
                what="the database is of a newer version of newsletter",
                place=Place(path=database.shown),
                why=f"its schema is {revision}; this version knows {migrations.head} and older",
                fix="upgrade: pip install --upgrade newsletter-as-code",
            )
        )
    copy = None
    if revision is not None and isinstance(database, SqliteDatabase):
        copy = _put_copy_beside(database, migrations.head)
    try:
        with database.writing() as connection:
            closed = closed_as(connection) if revision is not None else None
            if closed is not None:
                open_tables(connection)
            _run(config, connection)
            if closed is not None:
                close_tables(connection, closed)
    except StoreError as error:
        if copy is None:
            raise
        raise StoreError(_failed(database, copy, revision, error)) from error
    return copy


def _put_copy_beside(database: SqliteDatabase, head: str) -> Path:
    changed = datetime.fromtimestamp(database.path.stat().st_mtime, UTC)
    copy = database.beside(f".before-{head}-{changed:%Y%m%d}")
    database.copy_to(copy)
    look_through(copy, shown=database.shown)
    stem = database.beside(".before-").name
    older = (one for one in copy.parent.glob(f"{stem}[0-9]*-[0-9]*") if one != copy)
    for surplus in sorted(older, key=lambda one: one.stat().st_mtime, reverse=True)[_COPIES_KEPT - 1 :]:
        surplus.unlink(missing_ok=True)
    return copy


def _failed(database: Database, copy: Path, revision: str | None, error: StoreError) -> Problem:
    first = error.problems[0]
    return Problem(
        what="the database could not be brought to this version; it is as it was",
        place=Place(path=database.shown),
        why=f"{first.what}{f': {first.why}' if first.why else ''}",
        fix=f"go on with the version that knows schema {revision}, and report this; a copy is in {copy.name}",
    )


def _run(config: object, connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    assert isinstance(config, Config)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
