"""What may still hold somebody who is forgotten, and that this program cannot or must not change."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.forgetting import Unreached
from newsletter.source import shown_path

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["out_of_reach"]


def out_of_reach(project: Project, address: str, providers: Sequence[str]) -> Iterator[Unreached]:
    """Yield what may still hold `address`: copies, lists from elsewhere, history, and the `providers`."""
    root = project.config.root
    for path in _copies(project):
        shown = shown_path(path, root)
        yield Unreached(
            where=shown,
            why="it is a copy of the database from before",
            fix=f"rm {shlex.quote(shown)}, or keep it: a restore erases them again",
        )
    for folder in _elsewhere(project):
        yield Unreached(
            where=str(folder),
            why="lists were taken in from this folder, and rows refused from them were put there",
            fix=f"look for the address: grep -ril {shlex.quote(address)} {shlex.quote(str(folder))}",
        )
    if any((folder / ".git").exists() for folder in (root, *root.parents)):
        yield Unreached(
            where=".git",
            why="whatever was committed once stays in the history, where nobody looked",
            fix=f"see whether it does: git log --all --oneline -i -S {shlex.quote(address)}"
            "; and take it out: git filter-repo --replace-text FILE",
        )
    for name in providers:
        yield Unreached(
            where=name,
            why="what it keeps of the mail it took is its own",
            fix="erase the address there too, or wait until it does",
        )


def _copies(project: Project) -> list[Path]:
    """Return the copies of the database that are known: beside it, in the folder of backups, the newest."""
    path = project.list_store.database.path
    beside = path.parent.glob(f"{path.name}.*")
    found = [one for one in beside if one.is_file() and _is_copy(one)]
    folder = project.backups.folder
    packed = folder.glob("*.zip") if folder.is_dir() else iter(())
    newest = project.backups.newest()
    elsewhere = [newest.path] if newest is not None else []
    return sorted({*found, *(one.resolve() for one in packed), *elsewhere})


def _is_copy(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(16).startswith((b"SQLite format 3\0", b"PK\x03\x04"))
    except OSError:
        return False


def _elsewhere(project: Project) -> list[Path]:
    """Return the folders outside the project that lists were taken in from, as far as they are there."""
    root = project.config.root.resolve()
    sources = ((root / one.source).resolve() for one in project.list_store.imports.journal())
    folders = {source if source.is_dir() else source.parent for source in sources}
    return sorted(one for one in folders if one.is_dir() and not one.is_relative_to(root))
