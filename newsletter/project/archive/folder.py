"""A folder that holds what was made for it: what changed is written, what was made before is removed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from newsletter.errors import Problem, UsageError
from newsletter.replacing import replace_file

if TYPE_CHECKING:
    from newsletter.archive.edition import ArchiveFile

__all__ = ["MANIFEST", "FolderChange", "write_folder"]

MANIFEST = ".newsletter-archive.json"
"""The file that says which files in the folder were made here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderChange:
    """What changed in a folder, or would: paths below it, with `/` between, each sorted."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def write_folder(folder: Path, files: Sequence[ArchiveFile], *, dry_run: bool = False) -> FolderChange:
    """Let `folder` hold `files`; other files in it that were not made here stay.

    A file whose bytes are the same is not touched. Raises UsageError when a file of one of these names is
    there that was not made here, or when the folder cannot be written.
    """
    try:
        made = _manifest(folder)
        wanted = {file.path: file.data for file in files}
        there = {path: data for path in wanted if (data := _bytes(folder / path)) is not None}
        _refuse_strangers(
            folder, [path for path in there if path not in made and there[path] != wanted[path]]
        )
        written = tuple(path for path in sorted(wanted) if there.get(path) != wanted[path])
        gone = tuple(path for path in sorted(made) if path not in wanted and _is_there(folder, path))
        if not dry_run:
            _write(folder, {path: wanted[path] for path in written}, gone, wanted)
    except OSError as error:
        raise UsageError(
            Problem(
                what=f"the archive cannot be written to {folder}: {error.strerror or error}",
                fix="choose another folder with -o DIR",
            )
        ) from error
    return FolderChange(
        written=written, unchanged=tuple(path for path in sorted(wanted) if path not in written), removed=gone
    )


def _write(
    folder: Path, written: Mapping[str, bytes], gone: Iterable[str], wanted: Mapping[str, bytes]
) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # What is about to be there is told first: a run that breaks off leaves nothing nobody knows of.
    known = {*wanted, *gone}
    _tell(folder, {path: sha256(wanted.get(path, b"")).hexdigest() for path in known})
    for path, data in written.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, data)
    for path in gone:
        (folder / path).unlink(missing_ok=True)
        _tidy(folder, (folder / path).parent)
    _tell(folder, {path: sha256(data).hexdigest() for path, data in wanted.items()})


def _tell(folder: Path, digests: Mapping[str, str]) -> None:
    text = json.dumps({"files": dict(sorted(digests.items()))}, indent=1) + "\n"
    if _bytes(folder / MANIFEST) != text.encode():
        replace_file(folder / MANIFEST, text.encode())


def _tidy(folder: Path, emptied: Path) -> None:
    """Remove folders that nothing is left in, up to `folder`."""
    with contextlib.suppress(OSError):  # something else stands in it
        while emptied != folder:
            emptied.rmdir()
            emptied = emptied.parent


def _manifest(folder: Path) -> set[str]:
    """Return what was made in `folder` before; a manifest that leads out of it names nothing."""
    data = _bytes(folder / MANIFEST)
    if data is None:
        return set()
    try:
        files = json.loads(data)["files"]
        return {str(path) for path in files if _is_inside(str(path))}
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UsageError(
            Problem(
                what=f"{folder / MANIFEST} cannot be read, so nobody knows which files were made here",
                fix=f"empty {folder}, or choose another folder with -o DIR",
            )
        ) from None


def _is_inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return (
        bool(parts)
        and not path.startswith("/")
        and ".." not in parts
        and "\\" not in path
        and "\0" not in path
    )


def _is_there(folder: Path, path: str) -> bool:
    target = folder / path
    return target.parent.resolve().is_relative_to(folder.resolve()) and (
        target.is_file() or target.is_symlink()
    )


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refuse_strangers(folder: Path, strangers: Sequence[str]) -> None:
    if strangers:
        shown = ", ".join(strangers[:3]) + (f" and {len(strangers) - 3} more" if len(strangers) > 3 else "")
        raise UsageError(
            Problem(
                what=f"in {folder} there is {shown}, which was not made by archive build",
                fix="choose another folder with -o DIR, or move it away",
            )
        )
