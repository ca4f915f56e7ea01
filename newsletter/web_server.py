"""The server that our own pages come from: uvicorn, for which being stopped is no failure."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import uvicorn

__all__ = ["PageServer"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class PageServer(uvicorn.Server):
    """Ends at SIGINT (Ctrl-C) or SIGTERM after answering what has begun, without raising the signal again."""

    def __init__(self, config: uvicorn.Config, ending: Callable[[], Awaitable[None]] | None = None) -> None:
        """Serve as `config` says; `ending` is begun when it is told to stop, to end streams."""
        super().__init__(config)
        self._ending = ending

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Listen to the two signals while the block runs, in place of uvicorn, which raises them again."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._end)
        try:
            yield
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    def _end(self) -> None:
        self.should_exit = True
        if self._ending is not None:
            self._ended = asyncio.ensure_future(self._ending())  # kept, or it might be collected
