"""Write the rows an import refused to a file that can be mended and imported again."""

from __future__ import annotations

import csv
from pathlib import Path

from newsletter.audience.columns import REFUSED_COLUMNS
from newsletter.audience.import_plan import ImportPlan
from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["write_refused"]


def write_refused(path: Path, plan: ImportPlan) -> Path | None:
    """Write the refused rows of `plan` to `path` and return it; None, and no file, when there are none.

    The file has the columns of the list, with line and reason in front (in front, because a row with too
    many values has no fixed end); an import passes over these two. UTF-8 with a mark and the delimiter
    of the list, so that the spreadsheet that wrote the list opens it.
    Raises UsageError when it cannot be written, or would replace the list itself.
    """
    if not plan.numbers.refused:
        return None
    table = plan.table
    own = {name.casefold() for name in REFUSED_COLUMNS}
    kept = [index for index, name in enumerate(table.header) if name.casefold() not in own]
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        if path.exists() and path.samefile(table.path):
            raise UsageError(
                Problem(
                    what="the refused rows would replace the list itself",
                    place=Place(path=str(path)),
                    fix="name another file",
                )
            )
        unfinished.touch(0o600)
        with unfinished.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=table.delimiter)
            writer.writerow([*REFUSED_COLUMNS, *(table.header[index] for index in kept)])
            for refusal in plan.refused():
                cells = [
                    cell
                    for index, cell in enumerate(refusal.cells)
                    if index >= len(table.header) or index in kept
                ]
                writer.writerow([refusal.line, refusal.reason, *cells])
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(
            Problem(what=f"the refused rows cannot be written: {error.strerror}", place=Place(path=str(path)))
        ) from error
    return path
