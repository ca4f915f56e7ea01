"""Originals of mails in a backup: byte for byte, for their owner only, and without whoever was forgotten."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from newsletter.cli import cli
from newsletter.domain.inbound_mail import InboundFilter
from newsletter.errors import StoreError
from newsletter.project import Project
from newsletter.store.backups.backup_file import KeptMails

ANNA, BRAM = b"anna@brief.example", b"bram@brief.example"


def _mail(sender: bytes, text: bytes = b"Ja.\xff\0") -> bytes:
    return b"From: %s\r\nMessage-ID: <%s>\r\nSubject: Re: Herfst\r\n\r\n%s\r\n" % (sender, sender, text)


def _files(project: Project) -> dict[str, bytes]:
    folder = project.replies.raw_mails.folder
    return {one.relative_to(folder).as_posix(): one.read_bytes() for one in folder.glob("*/*")}


@pytest.fixture
def letters(tmp_path: Path):
    """Return a newsletter to which two readers answered."""
    (tmp_path / "newsletter.toml").write_text('[newsletter]\nname = "Brief"\n', "utf-8")
    with Project.open(tmp_path, environment={}) as project:
        for number, raw in enumerate((_mail(ANNA), _mail(BRAM, b"Zoals %s zei: ja." % ANNA))):
            project.replies.ingest(raw, "test", str(number))
        project.replies.read_waiting()
        yield project


def test_mails_come_back_byte_for_byte_and_for_their_owner_only(letters: Project, tmp_path: Path) -> None:
    backup = letters.backups.make(tmp_path / "b.zip")
    before = _files(letters)
    for one in letters.replies.raw_mails.folder.glob("*/*"):
        one.unlink()
        one.parent.rmdir()
    letters.replies.raw_mails.folder.rmdir()

    restored = letters.backups.restore(backup.path)

    assert backup.manifest.mails == KeptMails(count=2, size_bytes=sum(map(len, before.values())))
    assert (restored.mails, _files(letters)) == (2, before)
    folder = letters.replies.raw_mails.folder
    assert {one.stat().st_mode & 0o777 for one in (folder, *folder.glob("*"))} == {0o700}
    assert {one.stat().st_mode & 0o777 for one in folder.glob("*/*")} == {0o600}
    raws = {letters.replies.raw(one.id) for one in letters.replies.find(InboundFilter())}
    assert raws == set(before.values())


def test_a_mail_that_is_there_stays_and_a_broken_one_is_mended(letters: Project, tmp_path: Path) -> None:
    backup = letters.backups.make(tmp_path / "b.zip")
    before = _files(letters)
    broken, whole = sorted(before)
    folder = letters.replies.raw_mails.folder
    (folder / broken).write_bytes(b"X")
    written = (folder / whole).stat().st_mtime_ns

    restored = letters.backups.restore(backup.path)

    assert (restored.mails, _files(letters)) == (1, before)
    assert (folder / whole).stat().st_mtime_ns == written


def test_whoever_was_forgotten_since_comes_back_in_no_mail(letters: Project, tmp_path: Path) -> None:
    backup = letters.backups.make(tmp_path / "b.zip")
    letters.privacy.forget(ANNA.decode())
    for one in letters.replies.raw_mails.folder.glob("*/*"):
        one.unlink()

    letters.backups.restore(backup.path)

    (left,) = _files(letters).values()
    assert left == _mail(BRAM, b"Zoals [forgotten] zei: ja.")


def test_mails_are_left_out_when_that_is_wanted(letters: Project, tmp_path: Path) -> None:
    backup = letters.backups.make(tmp_path / "b.zip", with_mails=False)

    assert letters.backups.verify(backup.path).manifest.mails is None
    assert set(zipfile.ZipFile(backup.path).namelist()) == {"newsletter.db", "manifest.json"}
    assert letters.backups.restore(backup.path).mails == 0


def test_a_mail_without_a_file_is_counted(letters: Project, tmp_path: Path) -> None:
    gone = next(letters.replies.raw_mails.folder.glob("*/*"))
    gone.unlink()

    backup = letters.backups.make(tmp_path / "b.zip")

    assert backup.manifest.mails is not None
    assert (backup.manifest.mails.count, backup.manifest.mails.missing) == (1, 1)


def _change(path: Path, name: str, data: bytes) -> None:
    """Write the archive anew with other contents in the file whose name ends so."""
    with zipfile.ZipFile(path) as old:
        members = {one: old.read(one) for one in old.namelist()}
    chosen = next(one for one in members if one.endswith(name))
    with zipfile.ZipFile(path, "w") as new:
        for one, contents in members.items():
            new.writestr(one, data if one == chosen else contents)


@pytest.mark.parametrize("name", [".eml", "mails.sha256"])
@pytest.mark.parametrize("data", [b"", b"Another mail.", b"0" * 64 + b" 3 ../../newsletter.toml\n"])
def test_what_is_not_as_it_was_is_found_and_nothing_is_put_back(
    letters: Project, tmp_path: Path, name: str, data: bytes
) -> None:
    backup = letters.backups.make(tmp_path / "b.zip")
    _change(backup.path, name, data)
    (letters.config.root / "newsletter.toml").write_text("# mine\n")
    gone = next(letters.replies.raw_mails.folder.glob("*/*"))
    gone.unlink()

    for use in (letters.backups.verify, letters.backups.restore):
        with pytest.raises(StoreError, match="the backup is damaged"):
            use(backup.path)

    assert not gone.exists()
    assert (letters.config.root / "newsletter.toml").read_text() == "# mine\n"


def test_the_command_says_how_many_originals_are_inside(letters: Project, tmp_path: Path) -> None:
    root, target = str(letters.config.root), str(tmp_path / "b.zip")

    def run(*arguments: str) -> tuple[object, str]:
        told = CliRunner().invoke(cli, ["-C", root, *arguments])
        assert told.exit_code == 0, told.output
        return json.loads(told.stdout) if "--json" in arguments else None, told.stderr

    told, _ = run("backup", "-o", target, "--json")
    _, verified = run("backup", "--verify", target)
    _, without = run("backup", "-o", target, "--no-mails")

    assert isinstance(told, dict)
    assert (told["mails"]["count"], told["mails"]["missing"]) == (2, 0)
    assert "2 originals of mails that came in" in verified
    assert "are not in it" in without
