"""Watches the project's files and tells every open page when a letter may look different."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from watchfiles import DefaultFilter, awatch

__all__ = ["Changes"]

_DEBOUNCE_MS = 20
_WATCHED = ("issues", "templates", "newsletter.toml")


class Changes:
    """Counts changes below a project and wakes whoever waits for the next one."""

    def __init__(self, root: Path) -> None:
        """Watch issues, templates and configuration below `root`."""
        self._root = root
        self._count = 0
        self._changed = asyncio.Condition()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Watch until `stop` is called."""
        paths = [self._root / name for name in _WATCHED if (self._root / name).exists()]
        async for _ in awatch(
            *paths,
            watch_filter=DefaultFilter(),
            debounce=_DEBOUNCE_MS,
            step=_DEBOUNCE_MS,
            stop_event=self._stop,
        ):
            async with self._changed:
                self._count += 1
                self._changed.notify_all()

    async def stop(self) -> None:
        """End `run` and everybody's `follow`."""
        self._stop.set()
        async with self._changed:
            self._changed.notify_all()

    async def follow(self) -> AsyncIterator[int]:
        """Yield the number of changes so far, now and after each change, until `stop`."""
        seen = -1
        while not self._stop.is_set():
            async with self._changed:
                if seen == self._count:
                    await self._changed.wait()
                if seen == self._count:
                    return
                seen = self._count
            yield seen
