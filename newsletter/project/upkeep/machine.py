"""How the machine stands: what is read of disk, database, backups and outbox for the doctor."""

from __future__ import annotations

import platform
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.machine_state import BackupState, DatabaseState, MachineState
from newsletter.errors import StoreError
from newsletter.project.people.admission import abuse_alarm
from newsletter.source import shown_path
from newsletter.store.database.health import look_at_database, open_files, sqlite_version
from newsletter.store.database.migrate import revision_of
from newsletter.store.database.postgres_health import look_at_server
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.opening import locate_store
from newsletter.store.people.visit_limits import SqlVisitLimits
from newsletter.store.schema.tables import HEAD

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["read_abuse", "read_machine", "time_address"]

_SENDGRID = {"global": "https://api.sendgrid.com/", "eu": "https://api.eu.sendgrid.com/"}


def read_machine(project: Project) -> MachineState:
    """Return how everything stands; changes nothing. Raises ConfigError for a wrong `[store] url`."""
    config = project.config
    database = locate_store(config.store.url, config.root)
    try:
        if isinstance(database, SqliteDatabase):
            state = look_at_database(database)
        else:
            state = look_at_server(database, project.clock.now())
        folder = next(one for one in (database.path.parent, *database.path.parents) if one.exists())
    finally:
        database.close()
    if state is not None:
        backups = sorted(project.backups.folder.glob("*.zip"))
        state = replace(state, open_files=(*state.open_files, *open_files(backups)))
    return MachineState(
        versions=f"Python {platform.python_version()}, SQLite {sqlite_version()}",
        disk_free_bytes=shutil.disk_usage(folder).free,
        database=state,
        backup=_backup(project, state),
        outbox=_outbox(config.root / config.provider.outbox.dir)
        if config.provider.name == "outbox"
        else None,
    )


def read_abuse(project: Project) -> str | None:
    """Return what the author should know of abuse of the site; None: nothing, or nobody can tell.

    It changes nothing: a database of another version is not asked. Raises ConfigError as `read_machine` does.
    """
    database = locate_store(project.config.store.url, project.config.root)
    try:
        if not database.exists() or revision_of(database) != HEAD:
            return None
        return abuse_alarm(SqlVisitLimits(database), project.clock.now())
    except StoreError:  # what is wrong with the database is told of the machine
        return None
    finally:
        database.close()


def time_address(project: Project) -> str | None:
    """Return whose clock to believe: the provider's, else that of the site; None when there is neither."""
    config = project.config
    name = config.provider.name
    if name == "ses" and config.provider.ses.region:
        return f"https://email.{config.provider.ses.region}.amazonaws.com/"
    if name == "sendgrid":
        return _SENDGRID.get(config.provider.sendgrid.region)
    if name == "postmark":
        return "https://api.postmarkapp.com/"
    site = config.site.base_url or config.newsletter.base_url
    return site if site.startswith("https://") else None


def _backup(project: Project, state: DatabaseState | None) -> BackupState | None:
    if state is None or state.faults or state.revision is None:
        return None
    try:
        newest = project.backups.newest()
    except StoreError:
        return None
    if newest is None:
        return None
    shown = shown_path(newest.path, project.config.root)
    return BackupState(path=shown, made_at=newest.made_at, is_there=newest.path.exists())


def _outbox(folder: Path) -> tuple[int, int]:
    sizes = [one.stat().st_size for one in folder.rglob("*.eml")] if folder.is_dir() else []
    return len(sizes), sum(sizes)
