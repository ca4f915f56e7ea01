"""A new newsletter and a new issue."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from newsletter.cli import cli
from newsletter.errors import UsageError
from newsletter.project import Project
from newsletter.project.issues.starting import new_issue, slug_of, start_newsletter

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_new_newsletter_is_clean_from_the_start(tmp_path: Path, lang: str) -> None:
    start_newsletter(tmp_path, name='A "quoted" \\ name', lang=lang, today=TODAY)

    with Project.open(tmp_path, environment={}) as project:
        reports = [project.issues.check(path) for path in project.issues.all()]

    assert [[]] == [list(report.findings) for report in reports]


def test_nothing_that_is_there_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")

    start_newsletter(tmp_path, name="Letters", lang="en", today=TODAY)

    assert "mine\n" == (tmp_path / ".gitignore").read_text()
    with pytest.raises(UsageError, match="newsletter in"):
        start_newsletter(tmp_path, name="Letters", lang="en", today=TODAY)


@given(st.text(max_size=200))
def test_a_slug_is_fit_for_file_names_and_addresses(text: str) -> None:
    slug = slug_of(text)

    assert len(slug) <= 60
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug == slug.strip("-")
    assert "--" not in slug


@pytest.mark.parametrize("subject", ['Hé: "quotes" and \\ slashes', "Line\nbreak", "Ünïcödé", "on", "12:30"])
def test_any_subject_makes_an_issue_that_loads(tmp_path: Path, subject: str) -> None:
    start_newsletter(tmp_path, name="Letters", lang="nl", today=TODAY)

    path = new_issue(tmp_path / "issues", subject=subject, lang="nl", sender="Ada", today=TODAY)

    with Project.open(tmp_path, environment={}) as project:
        assert " ".join(subject.split()) == project.issues.load(path).subject


def test_subjects_without_latin_letters_are_numbered(tmp_path: Path) -> None:
    names = [
        new_issue(tmp_path, subject=subject, lang=lang, sender="", today=TODAY).name
        for subject, lang in (("Тест", "nl"), ("\N{PARTY POPPER}", "nl-BE"), ("???", "en"), ("你好", "fr"))
    ]

    days = [name.removeprefix(f"{TODAY.isoformat()}-") for name in names]
    assert ["brief-1.md", "brief-2.md", "letter-1.md", "letter-2.md"] == days


def test_new_says_why_the_file_has_a_number(tmp_path: Path) -> None:
    start_newsletter(tmp_path, name="Letters", lang="nl", today=TODAY)

    said = CliRunner().invoke(cli, ["-C", str(tmp_path), "new", "Тест"], standalone_mode=False)

    assert said.stdout.endswith("-brief-1.md\n")
    assert "no letters for a file name" in said.stderr


def test_an_empty_subject_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the subject is empty"):
        new_issue(tmp_path, subject=" ", lang="nl", sender="", today=TODAY)
