"""A folder that holds what was made for it: what changed is written, what was made before is removed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.errors import Problem, UsageError
from newsletter.project.archive.manifest import Made, read_made, tell_made
from newsletter.replacing import replace_file
from newsletter.source import Place

if TYPE_CHECKING:
    from newsletter.archive.edition import ArchiveFile

__all__ = ["FolderChange", "write_folder"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderChange:
    """What changed in a folder, or would: paths below it, with `/` between, each sorted."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]


def write_folder(
    folder: Path, files: Sequence[ArchiveFile], *, dry_run: bool = False, force: bool = False
) -> FolderChange:
    """Let `folder` hold `files`; other files in it that were not made here stay.

    A file whose bytes are the same is not touched. Raises UsageError, with nothing written, for every file
    of one of these names that was not made here, for every one that was and that somebody changed since,
    unless `force`, and when the folder cannot be written.
    """
    try:
        made = read_made(folder)
        wanted = {file.path: file.data for file in files}
        there = {path: data for path in wanted if (data := _bytes(folder / path)) is not None}
        written = tuple(path for path in sorted(wanted) if there.get(path) != wanted[path])
        gone = {
            path: (folder / path).read_bytes()
            for path in made.paths()
            if path not in wanted and _is_there(folder, path)
        }
        replaced = {path: there[path] for path in written if path in there}
        UsageError.raise_if(
            sorted(_refused(folder, made, replaced, gone, force=force), key=lambda one: str(one.place))
        )
        if not dry_run:
            _write(folder, {path: wanted[path] for path in written}, {**replaced, **gone}, wanted)
    except OSError as error:
        raise UsageError(
            Problem(
                what=f"the archive cannot be written to {folder}: {error.strerror or error}",
                fix="choose another folder with -o DIR",
            )
        ) from error
    return FolderChange(
        written=written,
        unchanged=tuple(path for path in sorted(wanted) if path not in written),
        removed=tuple(gone),
    )


def _write(
    folder: Path, written: Mapping[str, bytes], before: Mapping[str, bytes], wanted: Mapping[str, bytes]
) -> None:
    """Write `written`, and remove what of `before` is not `wanted`."""
    folder.mkdir(parents=True, exist_ok=True)
    # What is about to be there is told first: a run that breaks off leaves nothing nobody knows of.
    tell_made(folder, wanted, before)
    for path, data in written.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, data, is_made_again=True)
    for path in before:
        if path not in wanted:
            (folder / path).unlink(missing_ok=True)
            _tidy(folder, (folder / path).parent)
    tell_made(folder, wanted)


def _tidy(folder: Path, emptied: Path) -> None:
    """Remove folders that nothing is left in, up to `folder`."""
    with contextlib.suppress(OSError):  # something else stands in it
        while emptied != folder:
            emptied.rmdir()
            emptied = emptied.parent


def _is_there(folder: Path, path: str) -> bool:
    target = folder / path
    return target.is_file() and target.parent.resolve().is_relative_to(folder.resolve())


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refused(
    folder: Path, made: Made, replaced: Mapping[str, bytes], gone: Mapping[str, bytes], *, force: bool
) -> Iterator[Problem]:
    """Yield a problem for each file that would be lost and that somebody else wrote."""
    known = set(made.paths())
    for path in replaced:
        if path not in known:
            yield Problem(
                what="this file was not made by archive build, which would write one of the same name",
                place=Place(path=str(folder / path)),
                fix="choose another folder with -o DIR, or move it away",
            )
    if not force:
        yield from _by_hand(folder, made, replaced, "and would be written over", known)
        yield from _by_hand(folder, made, gone, "and what it shows is no longer in the archive", known)


def _by_hand(
    folder: Path, made: Made, files: Mapping[str, bytes], what: str, known: Iterable[str]
) -> Iterator[Problem]:
    for path, data in files.items():
        if path in known and not made.is_ours(path, data):
            yield Problem(
                what=f"this file was changed since archive build made it, {what}",
                place=Place(path=str(folder / path)),
                why="the next build makes every page anew from the letters and the templates",
                fix="keep your change in the letter or in templates/archive/ and type: "
                "newsletter archive build --force",
            )
