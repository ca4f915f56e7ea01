"""The way from a request to the project, which waits for the disk: in threads, one for all changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from newsletter.project import Project

__all__ = ["Asking"]

_READERS = 4
_T = TypeVar("_T")


class Asking:
    """Asks the project without holding up other requests."""

    def __init__(self, project: Project) -> None:
        """Open the store, so that the site does not start without one. Raises ConfigError, StoreError."""
        self.project = project
        project.store  # noqa: B018 (opens it)
        self._reading = ThreadPoolExecutor(_READERS, "reading")
        # SQLite has one writer at a time; those of this process wait in order rather than by chance.
        self._writing = ThreadPoolExecutor(1, "writing")
        self._toiling = ThreadPoolExecutor(1, "toiling")

    async def look(self, question: Callable[[Project], _T]) -> _T:
        """Return what `question` returns; it changes nothing."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, question, self.project)

    async def change(self, deed: Callable[[Project], _T]) -> _T:
        """Return what `deed` returns, after it is committed."""
        return await asyncio.get_running_loop().run_in_executor(self._writing, deed, self.project)

    async def toil(self, deed: Callable[[Project], _T]) -> _T:
        """Return what `deed` returns, which takes long before it writes: changes do not wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self._toiling, deed, self.project)

    def close(self) -> None:
        """Let what has begun end; nothing new begins."""
        self._reading.shutdown(wait=True, cancel_futures=True)
        self._writing.shutdown(wait=True)
        self._toiling.shutdown(wait=True)
