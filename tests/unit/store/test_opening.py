"""Opening a store: made once, brought up to date, refused with a reason."""

from __future__ import annotations

import re
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from newsletter.errors import ConfigError, NewsletterError, StoreError
from newsletter.store.database.migrate import PACKAGED, Migrations, ensure_schema
from newsletter.store.database.sqlite_database import SqliteDatabase
from newsletter.store.opening import open_store
from newsletter.store.schema.tables import HEAD, metadata

pytestmark = pytest.mark.migrations

URL = "sqlite:///.newsletter/newsletter.db"
FILE = Path(".newsletter/newsletter.db")

_NEXT_STEP = """
import sqlalchemy as sa
from alembic import op
revision = "9999"
down_revision = "{head}"
def upgrade():
    op.add_column("operator_log", sa.Column("mood", sa.Text()))
    {more}
"""


def _tables(path: Path) -> dict[str, str]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE '%alembic%'"
    ).fetchall()
    connection.close()
    return {name: " ".join(re.findall(r"[^\s,]+", sql)) for name, sql in rows}


def _parts(path: Path) -> dict[str, list[str]]:
    """Return what each table is made of; constraints may stand in any order."""
    return {name: sorted(sql.split(" ")) for name, sql in _tables(path).items()}


def _up_to(head: str, tmp_path: Path) -> Path:
    """Return the migrations up to `head`, as an older version has them."""
    older = tmp_path / "older"
    shutil.copytree(PACKAGED.location, older)
    for path in (older / "versions").glob("0*.py"):
        if path.name[:4] > head:
            path.unlink()
    return older


def _with_next_step(tmp_path: Path, more: str = "") -> Migrations:
    location = tmp_path / "migrations 100%"
    shutil.copytree(PACKAGED.location, location)
    (location / "versions" / "9999_next.py").write_text(_NEXT_STEP.format(head=HEAD, more=more))
    return Migrations(location=location, head="9999")


def test_the_migrations_make_the_tables_the_code_knows(tmp_path: Path) -> None:
    open_store(URL, tmp_path).close()
    engine = create_engine(f"sqlite:///{tmp_path / 'plain.db'}")
    metadata.create_all(engine)
    engine.dispose()

    assert _parts(tmp_path / FILE) == _parts(tmp_path / "plain.db")


def test_the_newest_packaged_migration_is_the_one_the_code_names() -> None:
    assert ScriptDirectory(str(PACKAGED.location)).get_current_head() == HEAD


def test_directory_and_database_are_made_for_their_owner_only(tmp_path: Path) -> None:
    with open_store(URL, tmp_path) as store:
        store.subscribers.counts()

        files = sorted(path for path in (tmp_path / ".newsletter").iterdir())

        assert (tmp_path / FILE) in files
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
        assert stat.S_IMODE((tmp_path / ".newsletter").stat().st_mode) == 0o700


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    with open_store(URL, tmp_path) as first:
        secret = first.secret

    with open_store(URL, tmp_path) as second:
        assert second.secret == secret
    with open_store("sqlite:///other.db", tmp_path) as other:
        assert other.secret != secret
    assert len(secret) == 32


def test_an_up_to_date_database_opens_without_alembic(tmp_path: Path) -> None:
    open_store(URL, tmp_path).close()
    code = (
        "import sys; from pathlib import Path; from newsletter.store.opening import open_store;"
        f"open_store({URL!r}, Path({str(tmp_path)!r})).close();"
        "sys.exit('alembic' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_commits_are_durable_and_foreign_keys_hold(tmp_path: Path) -> None:
    with open_store(URL, tmp_path) as store, store.database.writing() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def test_many_processes_may_make_the_same_database_at_once(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from newsletter.store.opening import open_store;"
        f"print(open_store({URL!r}, Path({str(tmp_path)!r})).secret.hex())"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(5)
    ]
    answers = [process.communicate() for process in processes]

    assert [error for _, error in answers] == [b""] * 5
    assert len({secret for secret, _ in answers}) == 1


# --- migrating ----------------------------------------------------------------------------------------


def test_a_copy_is_put_beside_a_database_before_it_is_changed(tmp_path: Path) -> None:
    with open_store(URL, tmp_path) as store:
        ensure_schema(store.database, _with_next_step(tmp_path))

        (copy,) = (tmp_path / ".newsletter").glob("newsletter.db.before-9999-2???????")
        assert "mood" in _tables(tmp_path / FILE)["operator_log"]
        assert "mood" not in _tables(copy)["operator_log"]
        assert stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    broken = _with_next_step(tmp_path, more='op.execute("INSERT INTO nowhere VALUES (1)")')
    with open_store(URL, tmp_path) as store:
        before = _tables(tmp_path / FILE)

        with pytest.raises(StoreError, match=r"as it was(.|\n)*refused(.|\n)*knows schema"):
            ensure_schema(store.database, broken)

        assert _tables(tmp_path / FILE) == before
    open_store(URL, tmp_path).close()


def test_a_migration_that_leaves_a_row_without_its_parent_is_undone(tmp_path: Path) -> None:
    orphan = "INSERT INTO batch (campaign_id, seq, state, size) VALUES ('x', 1, 'pending', 1)"
    broken = _with_next_step(tmp_path, more=f'op.execute("{orphan}")')
    with open_store(URL, tmp_path) as store:
        with pytest.raises(StoreError, match=r"as it was(.|\n)*FOREIGN KEY"):
            ensure_schema(store.database, broken)

        assert "mood" not in _tables(tmp_path / FILE)["operator_log"]


def test_a_damaged_database_is_not_migrated(tmp_path: Path) -> None:
    open_store(URL, tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute(
        "DELETE FROM sqlite_master WHERE name = 'ix_delivery_override'"
    )  # its pages belong to nobody
    connection.commit()
    connection.close()
    database = SqliteDatabase(tmp_path / FILE, FILE.name)

    with pytest.raises(StoreError, match="the copy is damaged"):
        ensure_schema(database, _with_next_step(tmp_path))

    database.close()
    assert "mood" not in _tables(tmp_path / FILE)["operator_log"]


def test_only_the_newest_three_copies_are_kept(tmp_path: Path) -> None:
    with open_store(URL, tmp_path) as store:
        for number in range(4):
            store.database.copy_to(store.database.beside(f".before-000{number}-20260101"))

        ensure_schema(store.database, _with_next_step(tmp_path))

        copies = sorted(path.name for path in (tmp_path / ".newsletter").glob("*.before-*"))
    assert [name.split("-")[1] for name in copies] == ["0002", "0003", "9999"]


def test_whoever_opens_an_older_database_is_told_where_the_copy_is(tmp_path: Path) -> None:
    older = _up_to("0004", tmp_path)
    database = SqliteDatabase(tmp_path / FILE, FILE.name)
    database.create()
    ensure_schema(database, Migrations(location=older, head="0004"))
    database.close()

    with open_store(URL, tmp_path) as store:
        assert store.replaced is not None
        assert store.replaced.exists()
    with open_store(URL, tmp_path) as store:
        assert store.replaced is None


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    with open_store(URL, tmp_path) as store:
        ensure_schema(store.database, _with_next_step(tmp_path))

    with pytest.raises(StoreError, match=r"newer version of newsletter(.|\n)*pip install --upgrade"):
        open_store(URL, tmp_path)


def test_an_older_database_is_not_changed_by_who_only_reads(tmp_path: Path) -> None:
    open_store(URL, tmp_path).close()
    with (
        open_store(URL, tmp_path, read_only=True) as store,
        pytest.raises(StoreError, match="older version"),
    ):
        ensure_schema(store.database, _with_next_step(tmp_path))


def test_what_was_planned_before_there_were_variants_has_one_letter_for_everybody(tmp_path: Path) -> None:
    older = Migrations(location=_up_to("0002", tmp_path), head="0002")
    database = SqliteDatabase(tmp_path / FILE, FILE.name)
    database.create()
    ensure_schema(database, older)
    database.close()
    connection = sqlite3.connect(tmp_path / FILE)
    with connection:
        connection.execute(
            "INSERT INTO campaign (id, issue, issue_path, segment, provider, sender, content_digest,"
            " template_digest, config_digest, audience_digest, state, total, is_planned, statuses,"
            " created_at)"
            " VALUES ('c1', 'x', 'x.md', 'all', 'outbox', 'a', '', '', '', '', 'paused', 1, 1, '[]',"
            " '2026-11-24 09:30:00.000000')"
        )
        connection.execute("INSERT INTO batch (campaign_id, seq, state, size) VALUES ('c1', 1, 'pending', 1)")
    connection.close()

    with open_store(URL, tmp_path) as store:
        assert store.ledger.campaign("c1").variants == ("",)
        assert [batch.variant for batch in store.ledger.batches("c1")] == [""]


def test_events_kept_by_an_older_version_stay_in_their_order(tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / FILE, FILE.name)
    database.create()
    ensure_schema(database, Migrations(location=_up_to("0005", tmp_path), head="0005"))
    database.close()
    connection = sqlite3.connect(tmp_path / FILE)
    with connection:
        connection.executemany(
            "INSERT INTO provider_event (id, provider, event_id, kind, at, bounce)"
            " VALUES (?, 'postmark', ?, 'bounced', '2026-11-24T09:30:00.000000Z', ?)",
            [(3, "z", "hard"), (9, "a", None)],
        )
    connection.close()

    open_store(URL, tmp_path).close()

    connection = sqlite3.connect(tmp_path / FILE)
    kept = connection.execute("SELECT id, event_id, bounce FROM provider_event ORDER BY id").fetchall()
    assert kept == [(3, "z", "hard"), (9, "a", None)]
    for kind, bounce in (("sneezed", None), ("bounced", "odd")):
        with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
            connection.execute(
                "INSERT INTO provider_event (provider, event_id, kind, at, bounce)"
                " VALUES ('a', 'b', ?, 'c', ?)",
                (kind, bounce),
            )
    connection.close()


# --- what cannot be opened ----------------------------------------------------------------------------


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.db").write_text("email,first_name\n" * 400)

    with pytest.raises(StoreError, match=r"list\.db: the file is not a database"):
        open_store("sqlite:///list.db", tmp_path)


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE moz_places (id)")
    other.close()

    with pytest.raises(StoreError, match=r"another program(.|\n)*moz_places"):
        open_store("sqlite:///other.db", tmp_path)

    assert list(_tables(tmp_path / "other.db")) == ["moz_places"]


def test_a_database_that_another_program_migrates_is_not_taken_for_ours(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "other.db")
    other.executescript("CREATE TABLE alembic_version (version_num); CREATE TABLE moz_places (id);")
    other.execute("INSERT INTO alembic_version VALUES ('3f1c')")
    other.commit()
    other.close()

    with pytest.raises(StoreError, match=r"another program(.|\n)*moz_places"):
        open_store("sqlite:///other.db", tmp_path)


def test_a_directory_in_the_place_of_the_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()

    with pytest.raises(StoreError, match="data: "):
        open_store("sqlite:///data", tmp_path)


def test_a_path_through_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="directory cannot be used"):
        open_store("sqlite:///file/newsletter.db", tmp_path)


def test_reading_only_needs_a_database(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet"):
        open_store(URL, tmp_path, read_only=True)

    assert list(tmp_path.iterdir()) == []


def test_reading_only_never_writes(tmp_path: Path) -> None:
    open_store(URL, tmp_path).close()

    with open_store(URL, tmp_path, read_only=True) as store:
        assert store.ledger.campaigns() == []
        with pytest.raises(StoreError, match="cannot be written"), store.database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM meta")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("mysql://me:geheim@db/news", "kept in SQLite or PostgreSQL, not in mysql"),
        ("postgresql+pg8000://me:geheim@db/news", "the driver is psycopg, not pg8000"),
        ("postgresql://me:geheim@db/news?colour=red", 'invalid URI query parameter: "colour"'),
        ("env:NEWSLETTER_NO_SUCH_NAME", "NEWSLETTER_NO_SUCH_NAME, which is not set"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///a.db?mode=ro", "only a path"),
        ("sqlite://host/a.db", "only a path"),
        ("newsletter.db", "not a database URL"),
        ("", "not a database URL"),
    ],
)
def test_a_wrong_url_is_an_error_of_configuration(tmp_path: Path, url: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        open_store(url, tmp_path)

    assert "geheim" not in str(caught.value)


def test_a_damaged_database_is_named_as_such(tmp_path: Path) -> None:
    open_store("sqlite:///list.db", tmp_path).close()
    path = tmp_path / "list.db"
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)

    with pytest.raises(NewsletterError, match=r"list\.db: the database is damaged"):
        open_store("sqlite:///list.db", tmp_path).ledger.campaigns()
