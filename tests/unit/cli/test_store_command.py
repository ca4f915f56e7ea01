"""`newsletter store copy`: what it says, what it refuses, and the line to write then."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli
from newsletter.errors import ConfigError, StoreError, UsageError
from newsletter.project import Project
from newsletter.project.issues.starting import start_newsletter

HERE = "sqlite:///.newsletter/newsletter.db"
THERE = "sqlite:///.newsletter/other.db"


def run(letters: Path, *arguments: str) -> Result:
    found = CliRunner().invoke(cli, ["-C", str(letters), *arguments], standalone_mode=False)
    if found.exception is not None:
        raise found.exception
    return found


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Return a newsletter with an empty list."""
    start_newsletter(tmp_path, name="Letters", lang="en", today=date(2026, 11, 24))
    with Project.open(tmp_path) as project:
        project.store.subscribers.counts()
    return tmp_path


def test_a_move_says_which_line_to_write(letters: Path) -> None:
    told = run(letters, "store", "copy", HERE, THERE)

    assert "copied and read again:" in told.stdout
    assert f'[store]\nurl = "{THERE}"' in told.stderr
    with pytest.raises(StoreError, match=r"this store was moved to \.newsletter/other\.db"):
        run(letters, "subscribers")


def test_json_says_what_was_copied(letters: Path) -> None:
    told = json.loads(run(letters, "store", "copy", HERE, THERE, "--live", "--json").stdout)

    assert (told["to"], told["marked_as_moved"], told["held"]) == (".newsletter/other.db", False, {})
    assert told["rows"]["subscriber"] == 0
    assert set(told["rows"]) == set(told["digests"])
    run(letters, "subscribers")  # the old one stays in use


def test_replacing_asks_and_is_refused_where_nobody_can_answer(letters: Path) -> None:
    with pytest.raises(UsageError, match="nobody is at the terminal"):
        run(letters, "store", "copy", HERE, THERE, "--replace")

    run(letters, "store", "copy", HERE, THERE, "--replace", "--yes")


@pytest.mark.parametrize(
    ("source", "target", "error", "what"),
    [
        (HERE, HERE, UsageError, "both are the same database"),
        ("sqlite:///none.db", THERE, UsageError, "there is no store to copy"),
        (HERE, "other.db", ConfigError, "cannot be used"),
        (HERE, "mysql://db/x", ConfigError, "not in mysql"),
        (HERE, "env:NEWSLETTER_NOT_SET", ConfigError, "which is not set"),
    ],
)
def test_what_cannot_be_copied_is_told_and_changes_nothing(
    letters: Path, source: str, target: str, error: type[Exception], what: str
) -> None:
    with pytest.raises(error, match=what):
        run(letters, "store", "copy", source, target)

    run(letters, "subscribers")
    assert not (letters / "other.db").exists()
