"""Which database `[store] url` names."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from newsletter.errors import ConfigError, Problem
from newsletter.source import shown_path
from newsletter.store.database.database import BUSY_TIMEOUT_S, Database
from newsletter.store.database.sqlite_database import SqliteDatabase

__all__ = ["database_at"]

_EXAMPLE = "sqlite:///.newsletter/newsletter.db"
_SERVER = "postgresql://user@host/name"
_EXTRA = "pip install 'newsletter-as-code[postgres]'"
_FOLDER = ".newsletter"
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]")


def database_at(
    url: str, root: Path, *, read_only: bool = False, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> Database:
    """Return the database at `url`, not opened; a relative path is below `root`, the project.

    `env:NAME` is the URL in that environment variable. Raises ConfigError.
    """
    url = _from_environment(url)
    scheme = url.partition(":")[0].lower()
    backend, _, driver = scheme.partition("+")
    if backend in ("postgresql", "postgres"):
        if driver not in ("", "psycopg"):
            raise _wrong_url(f"{scheme}://…", f"the driver is psycopg, not {driver}", _SERVER)
        return _on_server(f"postgresql:{url.partition(':')[2]}", root, read_only, busy_timeout_s)
    return _in_file(url, root, read_only, busy_timeout_s)


def _from_environment(url: str) -> str:
    if not url.startswith("env:"):
        return url
    name = url.removeprefix("env:")
    if value := os.environ.get(name):
        return value
    raise ConfigError(
        Problem(
            what=f"[store] url is in the environment variable {name}, which is not set",
            fix=f"export {name}={_SERVER}",
        )
    )


def _on_server(url: str, root: Path, read_only: bool, busy_timeout_s: float) -> Database:  # noqa: FBT001
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        from newsletter.store.database.postgres_database import PostgresDatabase
    except ImportError as error:
        raise ConfigError(
            Problem(what="PostgreSQL needs a part that is not installed", why=str(error), fix=_EXTRA)
        ) from error
    try:
        said = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:
        raise _wrong_url("postgresql://…", str(error).strip(), _SERVER) from error
    shown = _shown(said)
    stem = _NOT_IN_NAMES.sub("-", str(said.get("dbname") or said.get("user") or "newsletter"))
    path = root / _FOLDER / f"postgresql-{stem}"
    return PostgresDatabase(url, path, shown, read_only=read_only, busy_timeout_s=busy_timeout_s)


def _shown(said: Mapping[str, object]) -> str:
    """Return how messages call a database: without a password, and without what only tunes it."""
    user = f"{said['user']}@" if "user" in said else ""
    port = f":{said['port']}" if "port" in said else ""
    return f"postgresql://{user}{said.get('host', '')}{port}/{said.get('dbname', '')}"


def _in_file(url: str, root: Path, read_only: bool, busy_timeout_s: float) -> Database:  # noqa: FBT001
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise _wrong_url("…", "it is not a database URL") from error
    url = parsed.render_as_string(hide_password=True)
    backend = parsed.get_backend_name()
    if backend != "sqlite":
        raise _wrong_url(url, f"data is kept in SQLite or PostgreSQL, not in {backend}")
    if parsed.query or parsed.host:
        raise _wrong_url(url, "only a path may follow sqlite:///")
    if not parsed.database or parsed.database == ":memory:":
        raise _wrong_url(url, "the ledger must outlive the process, so it needs a file")
    path = root / parsed.database
    shown = shown_path(path, root)
    return SqliteDatabase(path, shown, read_only=read_only, busy_timeout_s=busy_timeout_s)


def _wrong_url(url: str, why: str, example: str = _EXAMPLE) -> ConfigError:
    return ConfigError(
        Problem(what=f'[store] url = "{url}" cannot be used', why=why, fix=f'write: url = "{example}"')
    )
