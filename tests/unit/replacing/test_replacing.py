"""A file is replaced whole or not at all, and keeps what belongs to it."""

from __future__ import annotations

import resource
import signal
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsletter.replacing import private_draft, replace_file


@contextmanager
def small_files_only(largest: int) -> Iterator[None]:
    """Let no file grow beyond `largest` bytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


@pytest.mark.parametrize(("given", "kept"), [(None, 0o600), (0o664, 0o664), (0o400, 0o400)])
def test_a_file_keeps_its_mode_and_a_new_one_gets_the_one_asked_for(
    tmp_path: Path, given: int | None, kept: int
) -> None:
    path = tmp_path / "words.txt"
    if given is not None:
        path.write_bytes(b"old")
        path.chmod(given)

    replace_file(path, b"new", new_mode=0o600)

    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", kept)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.txt", tmp_path / "link.txt"
    target.write_bytes(b"old")
    link.symlink_to(target)

    replace_file(link, b"new")

    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_on_a_full_disk_the_old_file_stays_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "words.txt"
    path.write_bytes(b"old")

    with small_files_only(1_000), pytest.raises(OSError, match="large"):
        replace_file(path, b"x" * 5_000)

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_where_nothing_can_be_written_nothing_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "gone" / "words.txt", b"new")
    with pytest.raises(IsADirectoryError):
        replace_file(tmp_path, b"new")


def test_a_draft_takes_its_place_when_it_is_whole_and_is_for_its_owner_only(tmp_path: Path) -> None:
    target = tmp_path / "list"

    with private_draft(target) as draft:
        draft.write_bytes(b"all of it")
        assert not target.exists()

    assert target.read_bytes() == b"all of it"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [*tmp_path.iterdir()] == [target]


def test_a_draft_that_fails_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "list"
    target.write_bytes(b"before")

    with small_files_only(2), pytest.raises(OSError, match="large"), private_draft(target) as draft:
        draft.write_bytes(b"half")

    assert target.read_bytes() == b"before"
    assert [*tmp_path.iterdir()] == [target]
