"""`newsletter archive build` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from newsletter.cli import cli
from tests.unit.archive.archive_world import make_project, write


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    with make_project(tmp_path / "brief") as project:
        write(project, "2020-11-24-herfst", "Bij {{ organisation }}.\n")
    return tmp_path / "brief"


def run(brief: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["-C", str(brief), "archive", "build", *arguments], standalone_mode=False)


def test_what_was_written_is_listed_and_what_to_know_is_told(brief: Path) -> None:
    first, again = run(brief), run(brief)

    assert "wrote  herfst/index.html" in first.stdout.splitlines()
    assert "{{ organisation }} reads “…” in the archive" in first.stderr
    assert "They belong at https://brief.example/archive/" in first.stderr
    assert again.stdout == ""
    assert "1 letter in" in again.stderr
    assert (brief / "build" / "archive" / "herfst" / "index.html").is_file()


def test_scripts_get_json_on_standard_output_alone(brief: Path, tmp_path: Path) -> None:
    result = run(brief, "--json", "--dry-run", "-o", str(tmp_path / "out"))
    told = json.loads(result.stdout)

    assert (told["public"], told["unlisted"], told["dry_run"]) == (["herfst"], [], True)
    assert "herfst/index.html" in told["written"]
    assert len(told["notes"]) == 1
    assert not (tmp_path / "out").exists()


def test_an_archive_without_a_letter_says_so(brief: Path) -> None:
    next((brief / "issues").glob("*.md")).unlink()

    assert "No letter went out yet; --drafts shows what is written." in run(brief).stderr
