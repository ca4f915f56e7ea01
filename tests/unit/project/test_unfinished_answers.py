"""An answer in the author's editor: what was typed is never lost, whatever the editor does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from replies_world import a_newsletter, take_in

from newsletter.cli._editor import written_in_editor
from newsletter.errors import UsageError
from newsletter.project import Project

MAIL = b"From: Wilma <wilma@gemeente.example>\r\nSubject: Re: Groepen\r\n\r\nWij hebben er veertien.\r\n"


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with a_newsletter(tmp_path, sends=False) as opened:
        take_in(opened, MAIL)
        yield opened


@pytest.fixture
def edit(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def run(commands: str) -> str:
        editor = tmp_path / "editor.sh"
        editor.write_text(f"#!/bin/sh\n{commands}\n")
        editor.chmod(0o700)
        monkeypatch.setenv("VISUAL", str(editor))
        return written_in_editor(project.answering.unfinished, project.answering.draft(1))

    return run


def test_what_is_written_is_private_and_kept_until_it_is_dropped(project: Project, edit) -> None:
    words = edit('printf "Dank je" > "$1"')

    path = project.answering.unfinished.path(1)
    assert ("Dank je", 0o600, 0o700) == (
        words,
        path.stat().st_mode & 0o777,
        path.parent.stat().st_mode & 0o777,
    )


def test_an_editor_that_fails_after_saving_loses_nothing(edit) -> None:
    with pytest.raises(UsageError, match="what you wrote is kept"):
        edit('printf "Dank je" > "$1"; exit 1')

    assert "Dank je" == edit("exit 0")


def test_a_text_in_another_encoding_is_refused_and_kept(project: Project, edit) -> None:
    with pytest.raises(UsageError, match="is not UTF-8"):
        edit('printf "caf\\351" > "$1"')

    assert b"caf\xe9" == project.answering.unfinished.path(1).read_bytes()


@pytest.mark.parametrize("commands", ["exit 0", ': > "$1"', 'rm "$1"'])
def test_an_editor_that_writes_nothing_sends_nothing(project: Project, edit, commands: str) -> None:
    with pytest.raises(UsageError, match="the text is empty"):
        edit(commands)

    assert not project.answering.unfinished.path(1).exists()


def test_an_editor_that_is_not_there_is_told_with_another_way(project: Project, edit, monkeypatch) -> None:
    with pytest.raises(UsageError, match="EDITOR=nano newsletter replies answer 1; or give the text"):
        edit("exit 3")

    assert not project.answering.unfinished.path(1).exists()


def test_what_was_begun_goes_with_the_mail_it_answers(project: Project, edit) -> None:
    edit('printf "Dank je" > "$1"')

    project.replies.removal.remove([1])

    assert not project.answering.unfinished.path(1).exists()
