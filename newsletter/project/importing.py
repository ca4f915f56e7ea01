"""Reading lists into a project: plan, apply, undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.import_plan import ImportOptions, ImportPlan, plan_import
from newsletter.audience.importing import ImportChange
from newsletter.audience.refused import write_refused
from newsletter.audience.table import open_table
from newsletter.store.imports import ImportRecord, UndoReport

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Imports"]

_TOLD_EVERY = 1000


class Imports:
    """What changes the list from files."""

    def __init__(self, project: Project) -> None:
        """Work on the list of `project`."""
        self._project = project

    def plan(self, file: Path, options: ImportOptions | None = None) -> ImportPlan:
        """Return what importing `file` would do; changes nothing. Raises UsageError, StoreError."""
        return plan_import(open_table(file), self._project.config, self._project.store.subscribers, options)

    def write_refused(self, plan: ImportPlan, path: Path) -> Path | None:
        """Write the rows `plan` refuses to `path`, to be mended and imported again; None: no such rows."""
        return write_refused(path, plan)

    def apply(
        self, plan: ImportPlan, progress: Callable[[int], None]
    ) -> tuple[ImportRecord, tuple[str, ...]]:
        """Do what `plan` says, all of it or nothing; return the journal's record and who was left alone.

        Left alone is who changed since the plan was made. `progress` is told how many changes are done.
        Declared fields get their index first. Raises UsageError when the file changed, StoreError.
        """
        store = self._project.store
        store.subscribers.index_fields(self._project.config.fields)
        return store.imports.apply(
            _told(plan.changes(store.subscribers), progress),
            source=str(plan.table.shown_path),
            digest=plan.table.digest,
            now=self._project.clock.now(),
        )

    def undo(self) -> UndoReport:
        """Take back the newest import; who left since stays away. Raises UsageError when there is none."""
        return self._project.list_store.imports.undo(self._project.clock.now())


def _told(changes: Iterator[ImportChange], progress: Callable[[int], None]) -> Iterator[ImportChange]:
    number = 0
    for number, change in enumerate(changes, start=1):
        if number % _TOLD_EVERY == 0:
            progress(number)
        yield change
    progress(number)
