"""A store moved to another database, or copied to look at: the line that has to name it, and what stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.source import shown_path
from newsletter.store.database.database_url import database_at
from newsletter.store.moving.copying import Copied, Copying, copy_store

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["CopiedStore", "Stores"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedStore:
    """A store that was copied, called `source` and `target` without passwords.

    `is_marked`: the old one refuses to be used from now on. `raw_mails` is the folder of originals of mails
    that came in, None when there is none: they are files, and stay where they are.
    """

    source: str
    target: str
    copied: Copied
    is_marked: bool
    raw_mails: Path | None


class Stores:
    """What can be done with a store as a whole."""

    def __init__(self, project: Project) -> None:
        """Work on stores whose paths are below the folder of `project`."""
        self._project = project

    def copy(
        self,
        source: str,
        target: str,
        *,
        is_live: bool = False,
        replaces: bool = False,
        begun: Callable[[int], None] = lambda _total: None,
        tell: Callable[[int], None] = lambda _done: None,
    ) -> CopiedStore:
        """Copy the store at the URL `source` to the one at `target`: all of it, or nothing.

        It is moved: the old one says from then on where everything is, and is used no more. With `is_live`
        the old one stays in use and what waits in the copy is held. With `replaces` the store at `target`
        goes; a file is kept beside. `begun` is told how many rows there are, `tell` how many are done.
        Raises ConfigError for a wrong URL, UsageError, AnotherRunner while somebody sends, StoreError.
        """
        self._project.close()
        root = self._project.config.root
        old, new = database_at(source, root), database_at(target, root)
        try:
            how = Copying(is_live=is_live, replaces=replaces, begun=begun, tell=tell)
            copied = copy_store(old, new, how, now=self._project.clock.now())
        finally:
            old.close()
            new.close()
        return CopiedStore(
            source=old.shown,
            target=new.shown,
            copied=copied,
            is_marked=not is_live,
            raw_mails=self._raw_mails(),
        )

    def _raw_mails(self) -> Path | None:
        folder = self._project.config.root / ".newsletter" / "inbound"
        return Path(shown_path(folder, self._project.config.root)) if folder.is_dir() else None
