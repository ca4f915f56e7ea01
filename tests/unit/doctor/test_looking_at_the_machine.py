"""Disk, database, locks, rights and backups, looked at without changing any of them."""

from __future__ import annotations

import fcntl
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from newsletter.doctor.machine import judge_machine
from newsletter.domain.diagnosis import Health
from newsletter.domain.machine_state import MachineState
from newsletter.project import FixedClock, Project
from newsletter.project.upkeep.machine import read_machine, time_address
from newsletter.testing.temporary_store import fresh_store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CONFIG = """
[newsletter]
name = "Helder bestuur"
base_url = "https://brief.example"
[store]
url = "sqlite:///data/newsletter.db"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with a database and a fresh backup of it."""
    (tmp_path / "newsletter.toml").write_text(CONFIG)
    (tmp_path / "data").mkdir()
    fresh_store(tmp_path / "data").close()
    (tmp_path / "data/newsletter.db").chmod(0o600)
    with _open(tmp_path) as project:
        project.backups.make()
    return tmp_path


def _open(root: Path) -> Project:
    return Project.open(root, environment={}, clock=FixedClock(NOW))


def _state(root: Path) -> MachineState:
    with _open(root) as project:
        return read_machine(project)


def _codes(state: MachineState, now: datetime = NOW) -> list[str | None]:
    return [one.code for one in judge_machine(state, now) if one.health is not Health.FINE]


def _change(root: Path, statement: str) -> None:
    connection = sqlite3.connect(root / "data/newsletter.db")
    with connection:
        connection.execute(statement)
    connection.close()


def test_nothing_is_found_on_a_sound_machine_and_nothing_is_changed(root: Path) -> None:
    def bytes_of_all() -> dict[str, str]:
        return {str(one): sha256(one.read_bytes()).hexdigest() for one in root.rglob("*.db") if one.is_file()}

    before = bytes_of_all()

    assert _codes(_state(root)) == []
    assert bytes_of_all() == before


def test_before_there_is_a_list_there_is_nothing_to_lose(tmp_path: Path) -> None:
    (tmp_path / "newsletter.toml").write_text(CONFIG)

    state = _state(tmp_path)

    assert state.database is None
    assert _codes(state) == []
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", ["schema-old"]),
        ("UPDATE alembic_version SET version_num = '9999'", ["schema-newer"]),
        ("DELETE FROM meta WHERE name = 'secret'", ["keys-missing"]),
        ("DELETE FROM meta WHERE name = 'newest_backup'", ["backup-none"]),
    ],
)
def test_what_is_wrong_in_the_database_is_found_alone(
    root: Path, statement: str, expected: list[str]
) -> None:
    _change(root, statement)

    assert _codes(_state(root)) == expected


def test_a_damaged_database_and_a_file_that_is_none_are_told(root: Path) -> None:
    path = root / "data/newsletter.db"
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data), 512):
        data[at] ^= 0xFF
    path.write_bytes(data)
    damaged = _codes(_state(root))
    path.write_bytes(b"Beste lezer, " * 1000)

    assert damaged == ["database-damaged"]
    assert _codes(_state(root)) == ["database-damaged"]


def test_rights_of_others_are_told_with_the_command_that_takes_them(root: Path) -> None:
    (root / "data/newsletter.db").chmod(0o640)
    state = _state(root)

    assert _codes(state) == ["files-open"]
    told = next(one for one in judge_machine(state, NOW) if one.code == "files-open")
    assert told.fix == f"chmod go= {root}/data/newsletter.db"


def test_a_folder_that_others_cannot_enter_keeps_what_is_in_it(root: Path) -> None:
    (root / "data/newsletter.db").chmod(0o644)
    (root / "data").chmod(0o700)

    assert _codes(_state(root)) == []


def test_what_is_no_database_of_ours_is_left_alone(root: Path) -> None:
    path = root / "data/newsletter.db"
    path.unlink()
    path.mkdir()
    folder = _codes(_state(root))
    path.rmdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE meta (thing)")
    connection.close()
    path.chmod(0o600)

    assert folder[-1:] == ["database-damaged"]
    assert _codes(_state(root)) == ["schema-newer"]


def test_a_lock_that_was_left_is_told_from_one_that_is_held(root: Path) -> None:
    lock = root / "data/newsletter.db.runner-lock"
    lock.write_text("renata@huis, process 1, sending wel-of-niet")
    lock.chmod(0o600)
    left = _codes(_state(root))
    with lock.open("r+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        state = _state(root)

    assert left == ["lock-left"]
    assert _codes(state) == []
    assert state.database is not None
    assert [one.is_held for one in state.database.locks] == [True]


def test_backups_grow_old_and_go_away(root: Path) -> None:
    state = _state(root)
    assert state.backup is not None

    assert _codes(state, NOW + timedelta(days=6)) == []
    assert _codes(state, NOW + timedelta(days=8)) == ["backup-old"]
    (root / state.backup.path).unlink()
    assert _codes(_state(root)) == ["backup-none"]


def test_room_on_the_disk_and_what_takes_it_are_judged(root: Path) -> None:
    state = _state(root)
    assert state.database is not None
    large = replace(state.database, size_bytes=10**9)

    assert _codes(replace(state, disk_free_bytes=10**6)) == ["disk-full"]
    assert _codes(replace(state, disk_free_bytes=10**9, database=large)) == ["disk-low"]
    assert _codes(replace(state, database=replace(state.database, log_bytes=10**9))) == ["log-large"]
    assert _codes(replace(state, outbox=(1_000_000, 3 * 10**9))) == ["outbox-large"]


def test_the_clock_is_compared_with_that_of_the_provider_or_else_of_the_site(tmp_path: Path) -> None:
    def address(provider: str) -> str | None:
        (tmp_path / "newsletter.toml").write_text(f"{CONFIG}\n[provider]\n{provider}")
        with _open(tmp_path) as project:
            return time_address(project)

    assert address('name = "sendgrid"') == "https://api.sendgrid.com/"
    assert (
        address('name = "ses"\n[provider.ses]\nregion = "eu-west-1"')
        == "https://email.eu-west-1.amazonaws.com/"
    )
    assert address('name = "outbox"') == "https://brief.example"
