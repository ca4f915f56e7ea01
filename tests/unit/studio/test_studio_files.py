"""The issue's file under the editor: nothing is lost, and it stays the kind of file it was."""

from __future__ import annotations

import os
import resource
import stat
import tempfile
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.content.source_text import MAX_FILE_BYTES
from newsletter.errors import UsageError
from newsletter.studio.files import FileIsAnother, read_source, write_source

TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=200)


@pytest.fixture
def issue(tmp_path: Path) -> Path:
    path = tmp_path / "issues" / "brief.md"
    path.parent.mkdir()
    path.write_bytes(b"een\ntwee\n")
    return path


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_a_save_over_the_known_version_is_written(issue: Path) -> None:
    saved = write_source(issue, "een\ndrie\n", base=digest(issue))

    assert issue.read_bytes() == b"een\ndrie\n"
    assert saved.digest == digest(issue)


def test_a_save_over_another_version_is_refused_with_what_stands_there(issue: Path) -> None:
    known = digest(issue)
    issue.write_text("van een ander")

    with pytest.raises(FileIsAnother) as caught:
        write_source(issue, "van mij", base=known)

    assert issue.read_text() == "van een ander"
    assert caught.value.theirs is not None
    assert caught.value.theirs.text == "van een ander"


def test_a_file_that_is_gone_is_not_written_again_unasked(issue: Path) -> None:
    known = digest(issue)
    issue.unlink()

    with pytest.raises(FileIsAnother) as caught:
        write_source(issue, "van mij", base=known)

    assert caught.value.theirs is None
    assert not issue.exists()
    assert write_source(issue, "van mij", base=None).text == "van mij"


def test_a_file_that_is_there_is_not_taken_for_a_new_one(issue: Path) -> None:
    with pytest.raises(FileIsAnother):
        write_source(issue, "van mij", base=None)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\xef\xbb\xbfeen\r\ntwee\r\n", b"\xef\xbb\xbfeen\r\nnul\r\ntwee\r\n"),
        (b"een\rtwee\r", b"een\rnul\rtwee\r"),
        (b"een\r\ntwee\ndrie\r\n", b"een\r\nnul\r\ntwee\ndrie\r\n"),
        (b"een\ntwee\ndrie", b"een\nnul\ntwee\ndrie"),
    ],
)
def test_line_ends_and_byte_order_mark_stay(issue: Path, before: bytes, after: bytes) -> None:
    issue.write_bytes(before)
    source = read_source(issue)
    assert source is not None
    assert "\r" not in source.text

    write_source(issue, source.text.replace("een\n", "een\nnul\n"), base=source.digest)

    assert issue.read_bytes() == after


@given(TEXT)
def test_reading_and_saving_changes_no_byte(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("brief") / "brief.md"
    path.write_bytes(text.encode())
    source = read_source(path)
    assert source is not None

    write_source(path, source.text, base=source.digest)

    assert path.read_bytes() == text.encode()


def test_mode_and_link_stay(issue: Path) -> None:
    issue.chmod(0o640)
    link = issue.with_name("link.md")
    link.symlink_to(issue)

    write_source(link, "drie", base=digest(issue))

    assert link.is_symlink()
    assert issue.read_text() == "drie"
    assert stat.S_IMODE(issue.stat().st_mode) == 0o640


def test_nothing_is_left_beside_the_file(issue: Path) -> None:
    write_source(issue, "drie", base=digest(issue))

    assert os.listdir(issue.parent) == ["brief.md"]


def test_what_is_not_utf_8_is_never_edited(issue: Path) -> None:
    issue.write_bytes("één".encode("cp1252"))

    with pytest.raises(UsageError, match="not UTF-8"):
        read_source(issue)
    with pytest.raises(UsageError, match="not UTF-8"):
        write_source(issue, "van mij", base="0" * 64)
    assert issue.read_bytes() == "één".encode("cp1252")


def test_a_text_that_is_too_long_is_not_saved(issue: Path) -> None:
    with pytest.raises(UsageError, match="not saved"):
        write_source(issue, "é" * (MAX_FILE_BYTES // 2 + 1), base=digest(issue))

    assert issue.read_text() == "een\ntwee\n"


def test_half_a_character_pair_does_not_stop_a_save(issue: Path) -> None:
    assert write_source(issue, "een \ud83d", base=digest(issue)).text == "een \ufffd"


def test_a_folder_that_is_gone_is_named_and_nothing_breaks(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="its folder is gone"):
        write_source(tmp_path / "weg" / "brief.md", "van mij", base=None)


def test_a_folder_that_may_not_be_written_is_named_and_nothing_breaks() -> None:
    with tempfile.TemporaryDirectory() as name:  # not tmp_path, which only its owner may enter
        folder, me = Path(name), os.geteuid()
        issue = folder / "brief.md"
        issue.write_text("een")
        folder.chmod(0o555)
        if me == 0:
            os.seteuid(65534)  # root may write anywhere
        try:
            with pytest.raises(UsageError, match="you may not write there"):
                write_source(issue, "twee", base=digest(issue))
        finally:
            os.seteuid(me)
            folder.chmod(0o755)

        assert issue.read_text() == "een"


def test_a_file_that_may_not_be_read_is_named() -> None:
    with tempfile.TemporaryDirectory() as name:
        issue, me = Path(name) / "brief.md", os.geteuid()
        Path(name).chmod(0o755)
        issue.write_text("een")
        issue.chmod(0)
        if me == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(UsageError, match="cannot be read: permission denied"):
                read_source(issue)
        finally:
            os.seteuid(me)


def test_a_full_disk_leaves_the_old_text(issue: Path) -> None:
    known, text = digest(issue), "x" * 50_000
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_096, limits[1]))
    try:
        with pytest.raises(UsageError, match="was not saved"):
            write_source(issue, text, base=known)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert issue.read_text() == "een\ntwee\n"
    assert os.listdir(issue.parent) == ["brief.md"]
