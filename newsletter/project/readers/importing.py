"""Reading lists into a project: plan, apply, undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.audience.import_plan import ImportOptions, ImportPlan, plan_import
from newsletter.audience.packages import open_lists
from newsletter.audience.refused import write_refused
from newsletter.store.imports.applying import ImportRecord, UndoReport
from newsletter.store.imports.staging import Staging

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Imports"]


class Imports:
    """What changes the list from files."""

    def __init__(self, project: Project) -> None:
        """Work on the list of `project`."""
        self._project = project

    def plan(
        self,
        file: Path,
        options: ImportOptions | None = None,
        progress: Callable[[int], None] = lambda _bytes: None,
    ) -> ImportPlan:
        """Return what importing `file`, a list, a folder or a ZIP file with lists, would do; changes nothing.

        `progress` is told of bytes read.

        Raises UsageError, StoreError.
        """
        options = options or ImportOptions()
        with open_lists(file) as tables:
            staging = self._project.store.imports.stage(
                source=options.source_of(file), replaces_tags=options.replaces_tags
            )
            try:
                return plan_import(tables, self._project.config, staging, options, str(file), progress)
            except BaseException:
                staging.close()
                raise

    def write_refused(self, plan: ImportPlan, path: Path) -> list[Path]:
        """Write the rows `plan` refuses to `path`, to be mended and imported again; return the files."""
        return write_refused(path, plan)

    def apply(
        self, plan: ImportPlan, progress: Callable[[int], None] = lambda _lines: None
    ) -> tuple[ImportRecord, tuple[str, ...]]:
        """Do what `plan` says, all of it or nothing; return the journal's record and who was left alone.

        Left alone is who changed since the plan was made. `progress` is told of lines done.
        Raises UsageError when it was applied already, StoreError.
        """
        store = self._project.store
        assert isinstance(plan.staged, Staging), "plans are made here, on the store"
        return store.imports.apply(
            plan.staged,
            source=plan.shown_path,
            digest=plan.digest,
            now=self._project.clock.now(),
            told=progress,
        )

    def undo(self) -> UndoReport:
        """Take back the newest import; who left since stays away. Raises UsageError when there is none."""
        return self._project.list_store.imports.undo(self._project.clock.now())
