"""A store in PostgreSQL: made by the same migrations, and refused with a reason where it cannot be."""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path

import psycopg
import pytest

from newsletter.errors import AnotherRunner, ConfigError, StoreError
from newsletter.store.database import migrate
from newsletter.store.database.database import Database
from newsletter.store.database.database_url import database_at
from newsletter.store.database.migrate import PACKAGED, Migrations, ensure_schema
from newsletter.store.database.postgres_fitness import Fitness
from newsletter.store.opening import has_store, open_store
from newsletter.store.schema.tables import HEAD, metadata
from tests.postgres_server import PostgresServer

_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid), l.collname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'alembic_version'
"""
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
"""
_INDEXES = "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_TRIGGERS = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"


def _parts(url: str) -> dict[str, list[str]]:
    """Return what the tables of a database are made of; columns and constraints may stand in any order."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num text)")
        queries = {
            "columns": _COLUMNS,
            "constraints": _CONSTRAINTS,
            "indexes": _INDEXES,
            "triggers": _TRIGGERS,
        }
        return {
            name: sorted(map(str, connection.execute(query.encode()).fetchall()))
            for name, query in queries.items()
        }


def _database(url: str, root: Path) -> Database:
    return database_at(url, root)


def test_the_migrations_make_the_tables_the_code_knows(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    migrated, plain = postgres_server.new_database(), postgres_server.new_database()
    open_store(migrated, tmp_path).close()
    database = _database(plain, tmp_path)
    with database.writing() as connection:
        metadata.create_all(connection)
    database.close()

    assert _parts(migrated) == _parts(plain)


def test_text_is_ordered_by_its_bytes_whatever_the_language_of_the_server(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        query = f"SELECT count(*) FROM ({_COLUMNS}) AS known WHERE collname = 'default'"

        assert connection.execute(query.encode()).fetchone() == (0,)


def test_a_store_is_opened_again_with_the_same_secret(postgres_url: str, tmp_path: Path) -> None:
    with open_store(postgres_url, tmp_path) as store:
        secret = store.secret

    with open_store(postgres_url, tmp_path) as store:
        assert store.secret == secret
        assert store.replaced is None


def test_asking_for_a_store_makes_none(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = postgres_server.new_database()

    before = has_store(url, tmp_path)
    with pytest.raises(StoreError, match="there is no database yet"):
        open_store(url, tmp_path, read_only=True)
    after = has_store(url, tmp_path)
    open_store(url, tmp_path).close()

    assert (before, after, has_store(url, tmp_path)) == (False, False, True)
    assert list(tmp_path.iterdir()) == [tmp_path / ".newsletter"]


def test_the_url_may_stand_in_the_environment(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_TEST_DATABASE", postgres_url)

    with open_store("env:NEWSLETTER_TEST_DATABASE", tmp_path) as store:
        assert store.ledger.campaigns() == []


def test_reading_only_never_writes(postgres_url: str, tmp_path: Path) -> None:
    open_store(postgres_url, tmp_path).close()

    with (
        open_store(postgres_url, tmp_path, read_only=True) as store,
        pytest.raises(StoreError, match="cannot be written"),
        store.database.writing() as connection,
    ):
        connection.exec_driver_sql("DELETE FROM meta")


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    postgres_server: PostgresServer, tmp_path: Path
) -> None:
    url = postgres_server.new_database()
    location = tmp_path / "migrations"
    shutil.copytree(PACKAGED.location, location)
    (location / "versions" / "9999_next.py").write_text(
        f"from alembic import op\nrevision = '9999'\ndown_revision = '{HEAD}'\n"
        "def upgrade():\n"
        "    op.execute('DROP TABLE received')\n"
        "    op.execute('INSERT INTO nowhere VALUES (1)')\n"
    )
    with open_store(url, tmp_path) as store:
        before = _parts(url)

        with pytest.raises(StoreError, match="nowhere"):
            ensure_schema(store.database, Migrations(location=location, head="9999"))

        assert _parts(url) == before
        assert migrate.revision_of(store.database) == HEAD


def test_a_database_of_another_program_is_left_alone(postgres_server: PostgresServer, tmp_path: Path) -> None:
    url = postgres_server.new_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE moz_places (id integer)")

    with pytest.raises(StoreError, match=r"another program(.|\n)*moz_places"):
        open_store(url, tmp_path)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("LATIN1", "keeps its text as LATIN1"), ("SQL_ASCII", "keeps its text as SQL_ASCII")],
)
def test_a_database_that_cannot_hold_every_character_is_refused(
    postgres_server: PostgresServer, tmp_path: Path, encoding: str, words: str
) -> None:
    url = postgres_server.new_database(f"ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0")

    with pytest.raises(StoreError, match=words):
        open_store(url, tmp_path)


@pytest.mark.parametrize(
    ("version", "is_copy", "words"),
    [(140_011, False, "PostgreSQL 14, which is too old"), (150_000, True, "a copy of another one")],
)
def test_a_server_that_does_not_fit_is_refused(version: int, is_copy: bool, words: str) -> None:
    server = Fitness(version=version, encoding="UTF8", is_copy=is_copy, is_to_be_written=True)

    with pytest.raises(StoreError, match=words):
        server.check("postgresql://db/news")


def test_a_copy_may_be_read() -> None:
    server = Fitness(version=180_000, encoding="UTF8", is_copy=True, is_to_be_written=False)

    server.check("postgresql://db/news")


def test_a_database_that_is_not_there_is_named(postgres_server: PostgresServer, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no_such_name(.|\n)*cannot be reached"):
        open_store(postgres_server.url("no_such_name"), tmp_path)


def test_a_server_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]  # nobody listens there

        with pytest.raises(StoreError, match=r"cannot be reached(.|\n)*port") as caught:
            open_store(f"postgresql://me:geheim@127.0.0.1:{port}/news", tmp_path)

    assert f"postgresql://me@127.0.0.1:{port}/news" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_a_missing_driver_names_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    with pytest.raises(ConfigError, match=r"pip install 'newsletter-as-code\[postgres\]'"):
        open_store("postgresql://db/news", tmp_path)


def test_a_lock_is_held_by_one_and_names_its_holder(postgres_url: str, tmp_path: Path) -> None:
    one, other = _database(postgres_url, tmp_path), _database(postgres_url, tmp_path)

    with (
        one.hold(".plan-lock", "planning issue 12"),
        pytest.raises(AnotherRunner, match="planning issue 12"),
        other.hold(".plan-lock", "planning"),
    ):
        pass
    with other.hold(".plan-lock", "planning"):
        pass


def test_parts_of_a_lock_are_held_side_by_side_and_keep_out_who_wants_it_whole(
    postgres_url: str, tmp_path: Path
) -> None:
    one, other = _database(postgres_url, tmp_path), _database(postgres_url, tmp_path)

    with one.hold(".runner-lock", "sending a", "a"), other.hold(".runner-lock", "sending b", "b"):
        with pytest.raises(AnotherRunner, match="sending a"), other.hold(".runner-lock", "sending", "a"):
            pass
        with pytest.raises(AnotherRunner, match="sending"), other.hold(".runner-lock", "making indexes"):
            pass
