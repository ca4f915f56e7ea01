"""Write the rows an import refused to a file that can be mended and imported again."""

from __future__ import annotations

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


def write_refused(path: Path, plan: ImportPlan) -> list[Path]:
    """Write the rows `plan` refuses to `path` and return the files written; none when nothing is refused.

    Rows of several files go to files of their own beside `path`. A file has the columns of the list, with
    line and reason in front (in front, because a row with too many values has no fixed end); an import
    passes over these two. UTF-8 with a mark and the delimiter of the list, so that the spreadsheet that
    wrote the list opens it. Raises UsageError when it cannot be written, or would replace the list itself.
    """
    if not plan.numbers.refused:
        return []
    written: list[Path] = []
    for moved, refusals in groupby(plan.refused(), key=lambda one: plan.file_of(one.line).moved):
        file = next(one for one in plan.files if one.moved == moved)
        target = path
        if len(plan.files) > 1:
            target = path.with_name(f"{file.table.path.stem}.refused.csv")
        _write(target, file, refusals)
        written.append(target)
    return written


def _write(path: Path, file: PlannedFile, refusals: Iterable[Refusal]) -> None:
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
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(
            Problem(what=f"the refused rows cannot be written: {error.strerror}", place=Place(path=str(path)))
        ) from error
