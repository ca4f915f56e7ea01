"""Write the rows an import refused to a file that can be mended and imported again."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from newsletter.audience.columns import REFUSED_COLUMNS
from newsletter.audience.import_plan import ImportPlan, PlannedFile
from newsletter.audience.importing import Refusal
from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["write_refused"]

_END = ".refused.csv"


def write_refused(path: Path, plan: ImportPlan) -> list[Path]:
    """Write the rows `plan` refuses to `path` and return the files written; none when nothing is refused.

    Rows of several files go to files of their own beside `path`. A file has the columns of the list, with
    line and reason in front (in front, because a row with too many values has no fixed end); an import
    passes over these two. UTF-8 with a mark and the delimiter of the list, so that the spreadsheet that
    wrote the list opens it. Rows that were refused before and are mended by now stay as they are: then
    the file gets a number. Raises UsageError when it cannot be written, or would replace another file.
    """
    if not plan.numbers.refused:
        return []
    written: list[Path] = []
    for moved, refusals in groupby(plan.refused(), key=lambda one: plan.file_of(one.line).moved):
        file = next(one for one in plan.files if one.moved == moved)
        target = path
        if len(plan.files) > 1:
            target = path.with_name(f"{file.table.path.stem}.refused.csv")
        written.append(_write(target, file, refusals))
    return written


def _write(path: Path, file: PlannedFile, refusals: Iterable[Refusal]) -> Path:
    """Write `refusals` to `path`, or beside it; return where they are."""
    table = file.table
    own = {name.casefold() for name in REFUSED_COLUMNS}
    kept = [index for index, name in enumerate(table.header) if name.casefold() not in own]
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        if path.exists() and table.path.exists() and path.samefile(table.path):
            raise UsageError(
                Problem(
                    what="the refused rows would replace the list itself",
                    place=Place(path=str(path)),
                    fix="name another file",
                )
            )
        if path.exists() and not _has_refused_rows(path):
            raise UsageError(
                Problem(
                    what="the refused rows would replace another file",
                    place=Place(path=str(path)),
                    fix="name another file: --refused FILE",
                )
            )
        unfinished.touch(0o600)
        with unfinished.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, delimiter=table.delimiter)
            writer.writerow([*REFUSED_COLUMNS, *(table.header[index] for index in kept)])
            for refusal in refusals:
                cells = [
                    cell
                    for index, cell in enumerate(refusal.cells)
                    if index >= len(table.header) or index in kept
                ]
                writer.writerow([refusal.line - file.moved, refusal.reason, *cells])
        path = _free(path, unfinished.read_bytes())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(
            Problem(what=f"the refused rows cannot be written: {error.strerror}", place=Place(path=str(path)))
        ) from error
    return path


def _has_refused_rows(path: Path) -> bool:
    """Say whether `path` is a file of refused rows, or an empty one."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(100)
    return not start or start.removeprefix(codecs.BOM_UTF8).startswith(REFUSED_COLUMNS[0].encode())


def _free(path: Path, rows: bytes) -> Path:
    """Return `path`, or one with a number where other rows than these stand already."""
    stem = path.name.removesuffix(_END) if path.name.endswith(_END) else path.stem
    free, number = path, 1
    while free.exists() and free.stat().st_size and free.read_bytes() != rows:
        number += 1
        free = path.with_name(f"{stem}-{number}{_END}")
    return free
