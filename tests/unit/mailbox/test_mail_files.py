"""Mails in files: told apart by what is in them, and every file that holds none is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from newsletter.errors import Problem
from newsletter.mailbox.files import incoming_from
from newsletter.protocols.mailbox import Incoming

RAW = b"From: a@b.nl\r\nSubject: dag\r\n\r\nHallo\x00\xff\r\n"
OTHER = b"Subject: twee\n\nDag\n"


def _mails(*paths: Path) -> list[tuple[str, bytes]]:
    return [(one.source, one.raw) for one in incoming_from(paths) if isinstance(one, Incoming)]


def _problems(*paths: Path) -> list[str]:
    return [str(one).replace("\n", " ") for one in incoming_from(paths) if isinstance(one, Problem)]


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    return tmp_path / "Maildir"


def test_a_file_with_one_mail_gives_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(RAW)

    assert _mails(tmp_path / "a.eml") == [("eml", RAW)]


def test_a_folder_gives_all_mails_in_and_below_it(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "a.EML").write_bytes(RAW)
    (tmp_path / "b.mbox").write_bytes(b"From x Tue Nov 24 09:30:00 2026\n" + OTHER + b"\n")
    (tmp_path / "notes.txt").write_text("not a mail")

    assert sorted(_mails(tmp_path)) == [("eml", RAW), ("mbox", OTHER)]
    assert _problems(tmp_path) == []


def test_a_maildir_gives_new_and_old_mails_but_none_half_written(maildir: Path) -> None:
    (maildir / "new" / "1.host").write_bytes(RAW)
    (maildir / "cur" / "2.host:2,S").write_bytes(OTHER)
    (maildir / "tmp" / "3.host").write_bytes(b"Subject: half")

    keys = [one.key for one in incoming_from([maildir]) if isinstance(one, Incoming)]

    assert _mails(maildir) == [("maildir", RAW), ("maildir", OTHER)]
    assert keys == ["1.host", "2.host"]


def test_a_mail_that_a_program_moves_meanwhile_is_found_again(maildir: Path) -> None:
    (maildir / "new" / "0.host").write_bytes(OTHER)
    (maildir / "new" / "1.host").write_bytes(RAW)
    coming = incoming_from([maildir])

    first = next(coming)
    os.rename(maildir / "new" / "1.host", maildir / "cur" / "1.host:2,RS")
    rest = list(coming)

    assert [one.raw for one in [first, *rest] if isinstance(one, Incoming)] == [OTHER, RAW]


def test_a_mail_that_somebody_removes_meanwhile_is_no_problem(maildir: Path) -> None:
    (maildir / "new" / "0.host").write_bytes(OTHER)
    (maildir / "new" / "1.host").write_bytes(RAW)
    coming = incoming_from([maildir])

    next(coming)
    (maildir / "new" / "1.host").unlink()

    assert list(coming) == []


def test_whatever_holds_no_mail_is_named_and_holds_up_no_other(tmp_path: Path) -> None:
    (tmp_path / "photo.eml").write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF")
    (tmp_path / "empty.eml").write_bytes(b"")
    (tmp_path / "a.eml").write_bytes(RAW)
    (tmp_path / "none").mkdir()

    problems = _problems(tmp_path, tmp_path / "none", tmp_path / "nowhere.eml")

    assert _mails(tmp_path) == [("eml", RAW)]
    assert len(problems) == 4
    assert "empty.eml: the file is empty" in problems[0]
    assert "photo.eml: this is no mail" in problems[1]
    assert "there is no mail in this folder" in problems[2]
    assert "nowhere.eml: cannot be read: no such file" in problems[3]
    assert "type where an .eml file, an mbox file, a Maildir or a folder" in problems[3]


def test_a_pipe_that_may_never_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.eml")

    assert "this is no file" in _problems(tmp_path / "a.eml")[0]
