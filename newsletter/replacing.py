"""A file put in place of another in one step, so that no reader and no crash ever meets half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

__all__ = ["make_private_folder", "private_draft", "replace_file", "sync_folder"]


def replace_file(path: Path, data: bytes, *, new_mode: int = 0o644, is_made_again: bool = False) -> None:
    """Let `path` hold `data`: all of it, or on failure what it held before.

    It is on disk when this returns. A file that was there keeps its mode and, where that may be, its owner;
    a new one gets `new_mode`. A symbolic link stays one. What `is_made_again` at any time is not waited for
    until it is on disk. Raises OSError, with nothing left beside the file.
    """
    path = path.resolve()
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _take_after(path, file.fileno(), new_mode)
            if not is_made_again:
                os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    if not is_made_again:
        sync_folder(path.parent)


@contextlib.contextmanager
def private_draft(target: Path) -> Iterator[Path]:
    """Give an empty file beside `target`, for its owner only, that takes its place when the block ends.

    It is on disk then. A block that raises, or a crash, leaves what `target` held. Raises OSError.
    """
    draft = target.with_name(f".{target.name}.partial")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.fchmod(handle, 0o600)  # also one that a crash left
        yield draft
        os.fsync(handle)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finally:
        os.close(handle)
    sync_folder(target.parent)


def _take_after(path: Path, descriptor: int, new_mode: int) -> None:
    try:
        status = path.stat()
    except FileNotFoundError:
        os.fchmod(descriptor, new_mode)
        return
    os.fchmod(descriptor, status.st_mode & 0o7777)
    with contextlib.suppress(OSError):  # only root may give a file away
        os.fchown(descriptor, status.st_uid, status.st_gid)


def make_private_folder(folder: Path) -> None:
    """Make `folder` and what is missing above it, for their owner only; what is there stays as it is.

    Python itself makes the folders above with the mode of the umask. Raises OSError.
    """
    if not folder.parent.exists():
        make_private_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)


def sync_folder(folder: Path) -> None:
    """Make sure that what was renamed or made in `folder` is on disk, where the file system can."""
    with contextlib.suppress(OSError):  # not every file system can
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
