"""A database of PostgreSQL with every table, made from what the code knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from newsletter.store.schema.tables import metadata
from tests.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def postgres(postgres_server: PostgresServer) -> Iterator[Engine]:
    """Return an engine on an empty database with every table."""
    url = postgres_server.new_database().replace("postgresql:", "postgresql+psycopg:", 1)
    engine = create_engine(url, connect_args={"options": "-c timezone=UTC"})
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
        yield engine
    finally:
        engine.dispose()
