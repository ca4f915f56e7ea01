"""Watches the project's files and tells every open page when a letter may look different."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

from watchfiles import Change, awatch

__all__ = ["Changes", "concerns_letter"]

_TREES = ("issues", "templates")
_STEP_MS = 2  # how often the watcher looks (0.3 % of a core); a save is told after one or two steps
_DEBOUNCE_MS = 100  # a program that never stops writing is told of this often
_POLL_MS = 200
_AGAIN_S = 0.25
_LEFTOVERS = ("~", ".swp", ".swx", ".tmp", ".bak")


class Changes:
    """Counts changes below a project and wakes whoever waits for the next one.

    Folders are watched one by one instead of the whole tree, which may hold an environment, a repository
    and a hundred thousand mails; when a folder comes or goes the watch begins anew.
    """

    def __init__(self, root: Path, extra: Path | None = None, *, is_polling: bool = False) -> None:
        """Watch issues, templates and configuration in `root`, and the folder `extra`.

        `is_polling` looks at the files by turns instead of being told by the system, which is slower.
        """
        self._root = root
        self._is_polling = is_polling
        self._extra = extra
        self._count = 0
        self._changed = asyncio.Condition()
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Watch until `stop` is called."""
        while not self._stop.is_set():
            folders = _folders(self._root, self._extra)
            try:
                await self._watch(folders)
            except FileNotFoundError:  # a folder went between listing and watching
                await asyncio.sleep(_AGAIN_S)
            except (
                OSError,
                RuntimeError,
            ):  # the system watches no more folders (watchfiles' own RuntimeError)
                if self._is_polling:
                    raise
                self._is_polling = True
            if not self._stop.is_set():
                # What is written into a new folder before it is watched would go unnoticed.
                asyncio.get_running_loop().call_later(_AGAIN_S, self._tell_soon)

    async def _watch(self, folders: frozenset[Path]) -> None:
        """Tell changes until the set of folders is another one, or `stop`."""
        watching = awatch(
            *folders,
            watch_filter=lambda _change, path: concerns_letter(Path(path), self._root, self._extra),
            debounce=_DEBOUNCE_MS,
            step=_STEP_MS,
            stop_event=self._stop,
            recursive=False,
            force_polling=self._is_polling or None,
            poll_delay_ms=_POLL_MS,
        )
        async with aclosing(watching):
            async for changes in watching:
                await self._tell()
                is_saved = all(change is Change.modified for change, _path in changes)
                if not is_saved and _folders(self._root, self._extra) != folders:
                    return

    async def stop(self) -> None:
        """End `run` and everybody's `follow`."""
        self._stop.set()
        async with self._changed:
            self._changed.notify_all()

    async def ended(self) -> None:
        """Return once `stop` was called."""
        await self._stop.wait()

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

    async def _tell(self) -> None:
        async with self._changed:
            self._count += 1
            self._changed.notify_all()

    def _tell_soon(self) -> None:
        self._telling = asyncio.ensure_future(self._tell())  # kept, or it might be collected half-way


def concerns_letter(path: Path, root: Path, extra: Path | None = None) -> bool:
    """Say whether a change of `path` may change a letter: no hidden file, and no leftover of an editor.

    In `root` itself only the configuration, the register of quotes, and the folders of issues and
    templates count.
    """
    if path.name.startswith((".", "#")) or path.name.endswith(_LEFTOVERS):
        return False
    if path.parent == root and path.parent != extra:
        return path.name in (*_TREES, "newsletter.toml", "quotes.toml")
    return True


def _folders(root: Path, extra: Path | None) -> frozenset[Path]:
    """Return every folder to watch, hidden ones left out."""
    found = {root, *([extra] if extra and extra.is_dir() else [])}
    for tree in _TREES:
        for folder, inside, _files in os.walk(root / tree):
            inside[:] = [name for name in inside if not name.startswith(".")]
            found.add(Path(folder))
    return frozenset(found)
