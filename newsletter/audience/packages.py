"""Open a list file, or every list file in a folder or a ZIP file, as programs export them."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from newsletter.audience.table import Table, open_table
from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["open_lists"]

_SUFFIXES = (".csv", ".tsv", ".txt")
_WORKBOOK = ("[content_types].xml", "mimetype", "xl/workbook.xml", "content.xml")
_MAX_FILES = 1_000
_MAX_BYTES = 4 << 30
"""Most a ZIP file may unpack to; the largest list fits, and no disk is filled by a trick."""


@contextmanager
def open_lists(path: Path) -> Iterator[Sequence[Table]]:
    """Open the list file at `path`, or those in the folder or ZIP file there, in order of their names.

    What a ZIP file holds is unpacked to a folder of one's own, which is gone afterwards.
    Raises UsageError when there is none, or one cannot be read.
    """
    if path.is_dir():
        yield [open_table(file) for file in _in_folder(path)]
    elif _is_package(path):
        with tempfile.TemporaryDirectory(prefix="newsletter-import-") as directory:
            yield [
                open_table(file, shown=f"{path}/{name}") for name, file in _unpacked(path, Path(directory))
            ]
    else:
        yield [open_table(path)]


def _in_folder(path: Path) -> list[Path]:
    found = sorted(
        file
        for file in path.iterdir()
        if file.suffix.lower() in _SUFFIXES and not file.name.startswith(".") and not _is_refused(file)
    )
    if not found:
        raise _without_lists(str(path), "this folder")
    return found


def _is_refused(file: Path) -> bool:
    """Say whether `file` has the rows that an import refused; they are mended and imported by themselves."""
    return file.name.lower().endswith(".refused.csv")


def _is_package(path: Path) -> bool:
    """Say whether there is a ZIP file that is no workbook; what is wrong with others is told elsewhere."""
    try:
        if not path.is_file() or not zipfile.is_zipfile(path):
            return False
        with zipfile.ZipFile(path) as package:
            return not any(name.lower() in _WORKBOOK for name in package.namelist())
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def _unpacked(path: Path, directory: Path) -> list[tuple[str, Path]]:
    """Unpack the lists at `path` and return each with its name; its folders are left out of the way."""
    try:
        with zipfile.ZipFile(path) as package:
            members = sorted(
                (one for one in package.infolist() if _is_list(one)), key=lambda one: one.filename
            )
            _check_size(path, members)
            return [
                (one.filename, _unpack(package, one, directory / str(number)))
                for number, one in enumerate(members)
            ]
    except (OSError, RuntimeError, NotImplementedError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise UsageError(
            Problem(
                what=f"the ZIP file cannot be unpacked: {error}",
                place=Place(path=str(path)),
                fix="unpack it yourself, and import the folder",
            )
        ) from error


def _is_list(member: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(member.filename)
    is_hidden = any(part.startswith((".", "__MACOSX")) for part in name.parts)
    return not member.is_dir() and not is_hidden and name.suffix.lower() in _SUFFIXES


def _check_size(path: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    if not members:
        raise _without_lists(str(path), "this ZIP file")
    if len(members) > _MAX_FILES or sum(one.file_size for one in members) > _MAX_BYTES:
        raise UsageError(
            Problem(
                what="this ZIP file unpacks to more than any list is",
                place=Place(path=str(path)),
                fix="unpack it yourself, and import the files you want",
            )
        )


def _unpack(package: zipfile.ZipFile, member: zipfile.ZipInfo, directory: Path) -> Path:
    directory.mkdir(mode=0o700)
    target = directory / PurePosixPath(member.filename).name
    with package.open(member) as packed, target.open("xb") as file:
        shutil.copyfileobj(packed, file)
    return target


def _without_lists(path: str, what: str) -> UsageError:
    return UsageError(
        Problem(
            what=f"there is no list in {what}",
            place=Place(path=path),
            why=f"a list ends in {', '.join(_SUFFIXES)}",
            fix="name a CSV file",
        )
    )
