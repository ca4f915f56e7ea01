"""The whole list in plain files, in a folder or a ZIP file, that can be imported elsewhere."""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.list_files import reader_rows, suppression_rows
from newsletter.domain.subscriber import Subscriber
from newsletter.errors import Problem, UsageError
from newsletter.source import Place
from newsletter.store.readers.list_export import field_names, read_all_suppressions

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["export_everything"]

_TOLD_EVERY = 1_000
_IMPORT_COLUMNS = ("id", "at", "source", "digest", "added", "changed", "undone_at")


def export_everything(
    project: Project, target: Path, progress: Callable[[int], None] = lambda _done: None
) -> Mapping[str, int]:
    """Write the list to the folder `target`, or to a ZIP file when its name ends so; return rows by file.

    `subscribers.csv`, `suppressions.csv`, `tags.csv` and `imports.csv`, for their owner only. `progress` is
    told how many readers are written. Raises UsageError when `target` exists or cannot be written,
    StoreError.
    """
    if target.exists():
        raise UsageError(
            Problem(
                what="this exists already", place=Place(path=str(target)), fix="choose another name with -o"
            )
        )
    try:
        with tempfile.TemporaryDirectory(
            dir=target.resolve().parent, prefix=".export-"
        ) as made:  # readable by its owner only
            folder = Path(made) / "list"
            folder.mkdir(mode=0o700)
            counts = {name: _write(folder / name, rows) for name, rows in _files(project, progress).items()}
            if target.suffix.lower() == ".zip":
                _pack(folder, sorted(counts), Path(made) / "list.zip").replace(target)
            else:
                folder.replace(target)
    except OSError as error:
        raise UsageError(
            Problem(
                what=f"cannot be written: {error.strerror}",
                place=Place(path=str(target)),
                fix="choose another place with -o",
            )
        ) from error
    return counts


def _files(project: Project, progress: Callable[[int], None]) -> Mapping[str, Iterable[Sequence[str]]]:
    store = project.list_store
    fields = sorted({*project.config.fields, *field_names(store.database)})
    return {
        "subscribers.csv": reader_rows(_told(store.subscribers.all(), progress), fields),
        "suppressions.csv": suppression_rows(read_all_suppressions(store.database)),
        "tags.csv": [("tag", "subscribers"), *((tag, str(n)) for tag, n in store.subscribers.tags().items())],
        "imports.csv": [
            _IMPORT_COLUMNS,
            *(
                (
                    *(str(one.id), one.at.isoformat(), one.source, one.digest, str(one.added)),
                    *(str(one.changed), one.undone_at.isoformat() if one.undone_at else ""),
                )
                for one in store.imports.journal()
            ),
        ],
    }


def _told(readers: Iterable[Subscriber], progress: Callable[[int], None]) -> Iterator[Subscriber]:
    for number, one in enumerate(readers, start=1):
        if number % _TOLD_EVERY == 0:
            progress(number)
        yield one


def _write(path: Path, rows: Iterable[Sequence[str]]) -> int:
    """Write rows, the first of which is the header, as CSV (RFC 4180); return how many follow it."""
    path.touch(0o600, exist_ok=False)
    written = -1
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in rows:
            writer.writerow(row)
            written += 1
    return written


def _pack(folder: Path, names: Sequence[str], path: Path) -> Path:
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as package:
        for name in names:
            package.write(folder / name, name)
    path.chmod(0o600)
    return path
