"""The picture of all views: what goes into it, and what is said where no browser can draw it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from newsletter.errors import UsageError
from newsletter.probes import browser_path
from newsletter.project.issues.shelf import ShownLetter
from newsletter.studio.sheet import make_sheet

LETTER = ShownLetter(
    slug="brief",
    lang="nl",
    subject="Brief",
    preheader="",
    sender="",
    html="<html><body>Dag</body></html>",
    text="Dag",
)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only directory in which programs are found."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(browser_path, "_ELSEWHERE", ())
    return programs


def program(place: Path, script: str) -> None:
    place.write_text(f"#!/bin/sh\n{script}\n")
    place.chmod(0o755)


def draw() -> bytes:
    return asyncio.run(make_sheet(LETTER))


def test_without_a_browser_it_says_what_to_install(bare: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sudo apt install chromium"):
        draw()


def test_a_browser_that_fails_is_quoted(bare: Path, tmp_path: Path) -> None:
    program(bare / "chromium", "echo 'no room left' >&2; exit 3")

    with pytest.raises(UsageError, match="no room left"):
        draw()


def test_a_browser_that_cannot_be_started_is_named(bare: Path, tmp_path: Path) -> None:
    (bare / "chromium").write_text("no program")
    (bare / "chromium").chmod(0o755)

    with pytest.raises(UsageError, match="did not take the picture"):
        draw()


@pytest.mark.parametrize(
    ("lang", "labels"),
    [
        ("nl", ("Computer", "Donker, telefoon", "Zonder plaatjes", "Klassieke Outlook (nagebootst)")),
        ("en", ("Desktop", "Dark, phone", "Pictures off", "Classic Outlook (simulated)")),
    ],
)
def test_the_views_are_named_in_the_language_of_the_studio(
    bare: Path, tmp_path: Path, lang: str, labels: tuple[str, ...]
) -> None:
    script = f'for page in "$@"; do :; done; /bin/cp "${{page#file://}}" {tmp_path}/page.html; exit 3'
    program(bare / "chromium", script)

    with pytest.raises(UsageError, match="did not take the picture"):
        asyncio.run(make_sheet(LETTER, lang=lang))

    page = (tmp_path / "page.html").read_text()
    assert f'<html lang="{lang}">' in page
    for label in labels:
        assert f"<figcaption>{label}</figcaption>" in page


def test_drawing_ends_with_whoever_asked_for_it(bare: Path, tmp_path: Path) -> None:
    program(bare / "chromium", f"echo $$ > {tmp_path}/started; exec /bin/sleep 600")

    async def ask() -> None:
        drawing = asyncio.create_task(make_sheet(LETTER))
        while not (tmp_path / "started").exists() or not (tmp_path / "started").read_text():
            await asyncio.sleep(0.01)
        drawing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await drawing

    asyncio.run(ask())

    number = int((tmp_path / "started").read_text())
    assert not Path(f"/proc/{number}").exists()
