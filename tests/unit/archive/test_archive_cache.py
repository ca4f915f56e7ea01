"""A letter that did not change is not made again, and one that did, or what it is made with, is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from newsletter.domain.issue import Issue
from newsletter.errors import ContentError
from newsletter.project import FixedClock, Project
from tests.unit.archive.archive_world import NOW, make_project, page, write

_Made = Callable[[], list[str]]


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with make_project(tmp_path / "brief") as made:
        write(made, "2026-11-20-zomer", "Zon.\n")
        write(made, "2026-11-24-herfst", "Blad bij {{ organisation }}.\n\n![Een boom](boom.png)\n")
        Image.new("RGB", (300, 200), "#1f5f5b").save(made.config.root / "issues" / "boom.png")
        yield made


@pytest.fixture
def made(project: Project, monkeypatch: pytest.MonkeyPatch) -> _Made:
    """Return what returns the letters whose Markdown was read since it was last asked."""
    return watched(project, monkeypatch)


def watched(project: Project, monkeypatch: pytest.MonkeyPatch) -> _Made:
    seen: list[str] = []
    letters = project.issues.letters

    def noted(issue: Issue) -> object:
        seen.append(issue.slug)
        return letters(issue)

    def told() -> list[str]:
        found = sorted(seen)
        seen.clear()
        return found

    monkeypatch.setattr(project.issues, "letters", noted)
    return told


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def cache(project: Project) -> Path:
    return project.config.root / ".newsletter" / "cache" / "archive"


def test_only_letters_that_changed_are_made_and_the_bytes_are_those_of_a_build_from_nothing(
    project: Project, made: _Made, tmp_path: Path
) -> None:
    first = project.archive.build(tmp_path / "out")
    assert made() == ["herfst", "zomer"]

    again = project.archive.build(tmp_path / "again")
    assert made() == []
    assert (files(tmp_path / "again"), again.notes) == (files(tmp_path / "out"), first.notes)

    write(project, "2026-11-20-zomer", "Regen.\n")
    project.archive.build(tmp_path / "again")
    assert made() == ["zomer"]
    shutil.rmtree(cache(project))
    project.archive.build(tmp_path / "anew")
    assert files(tmp_path / "anew") == files(tmp_path / "again")


def test_another_picture_of_the_same_name_makes_its_letter_anew(
    project: Project, made: _Made, tmp_path: Path
) -> None:
    project.archive.build(tmp_path / "out")
    made()
    before = page(tmp_path / "out", "herfst")
    Image.new("RGB", (400, 200), "#aa0000").save(project.config.root / "issues" / "boom.png")

    project.archive.build(tmp_path / "out")

    assert made() == ["herfst"]
    assert ('width="400"' in page(tmp_path / "out", "herfst"), 'width="400"' in before) == (True, False)


def test_a_picture_that_is_gone_is_told_as_on_the_first_build(project: Project, tmp_path: Path) -> None:
    project.archive.build(tmp_path / "out")
    (project.config.root / "issues" / "boom.png").unlink()

    with pytest.raises(ContentError, match=r"boom\.png is not there"):
        project.archive.build(tmp_path / "out")


@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("newsletter.toml", '\n[archive]\nwords = { organisation = "het bureau" }\n', "Blad bij het bureau."),
        ("templates/archive/words.nl.toml", '[page]\nall = "Al mijn brieven"\n', "Al mijn brieven"),
    ],
)
def test_other_settings_and_other_words_of_pages_are_seen_at_once(
    project: Project, tmp_path: Path, name: str, text: str, shown: str
) -> None:
    project.archive.build(tmp_path / "out")
    before = page(tmp_path / "out", "herfst")
    path = project.config.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + text)

    with Project.open(project.config.root, clock=FixedClock(NOW), environment={}) as again:
        again.archive.build(tmp_path / "out")

    assert (shown in page(tmp_path / "out", "herfst"), shown in before) == (True, False)


@pytest.mark.parametrize("damage", [b"", b"no digest", b"x" * 500])
def test_what_is_kept_and_was_damaged_is_made_again(project: Project, tmp_path: Path, damage: bytes) -> None:
    project.archive.build(tmp_path / "out")
    for path in cache(project).iterdir():
        path.write_bytes(damage)

    project.archive.build(tmp_path / "again")

    assert files(tmp_path / "again") == files(tmp_path / "out")


def test_what_no_letter_needs_any_more_is_not_kept(project: Project, tmp_path: Path) -> None:
    project.archive.build(tmp_path / "out")
    kept = len(list(cache(project).iterdir()))
    (project.config.root / "issues" / "2026-11-20-zomer.md").unlink()

    project.archive.build(tmp_path / "out")

    assert (kept, len(list(cache(project).iterdir()))) == (4, 2)


def test_words_of_a_reader_are_never_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    quotes = project.config.root / "quotes.toml"
    quotes.write_text('[quotes.1]\nname = "Sanne"\nconsent = "named"\ngranted = 2026-02-01\n')
    write(project, "2026-11-20-zomer", "::: reader 1\nMooi weer.\n:::\n")
    made = watched(project, monkeypatch)
    project.archive.build(tmp_path / "out")
    assert "zomer" in made()
    quotes.unlink()

    with pytest.raises(ContentError):
        project.archive.build(tmp_path / "out")

    assert not any(b"Mooi weer" in path.read_bytes() for path in cache(project).iterdir())


def test_a_dry_run_keeps_nothing(project: Project, tmp_path: Path) -> None:
    project.archive.build(tmp_path / "out", dry_run=True)

    assert not cache(project).exists()
