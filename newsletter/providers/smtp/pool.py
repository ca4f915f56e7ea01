"""The connections of one provider: a loop in a thread of its own, shared by all its shipments."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from threading import Lock, Thread
from typing import Any, TypeVar

from newsletter.domain.outcome import Outcome
from newsletter.providers.smtp.crew import Crew
from newsletter.providers.smtp.load import Carried
from newsletter.providers.smtp.opening import Server
from newsletter.providers.smtp.payload import SmtpMail
from newsletter.providers.smtp.turns import short_turns

__all__ = ["Pool"]

_T = TypeVar("_T")


class Pool:
    """Carries mails for any number of threads; every user `enter`s before and `leave`s after.

    The thread begins with the first mail and ends with the last user, so that the letters of one campaign
    share the connections a server allows.
    """

    def __init__(self, connections: int, per_connection: int) -> None:
        """Use at most `connections` at once, for at most `per_connection` mails (0: any number) each."""
        self._connections = connections
        self._per_connection = per_connection
        self._lock = Lock()
        self._users = 0
        self._worker: _Worker | None = None

    def enter(self) -> None:
        """Count one more user."""
        with self._lock:
            self._users += 1

    def leave(self) -> None:
        """Count one user less; the last takes leave of the server."""
        with self._lock:
            self._users -= 1
            worker = None
            if not self._users:
                worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def carry(self, server: Server, mails: Sequence[SmtpMail]) -> Carried:
        """Hand over `mails` and say what became of each."""
        worker = self._work_for(server)
        return worker.run(worker.crew.carry(mails))

    def probe(self, server: Server) -> Outcome:
        """Ask whether the server lets us in."""
        worker = self._work_for(server)
        return worker.run(worker.crew.probe())

    def _work_for(self, server: Server) -> _Worker:
        with self._lock:
            assert self._users, "enter before the first mail"
            if self._worker is None:
                self._worker = _Worker(Crew(server, self._connections, self._per_connection))
            return self._worker


class _Worker:
    """The thread, its loop and the crew that lives in it."""

    def __init__(self, crew: Crew) -> None:
        self.crew = crew
        self._loop = asyncio.SelectorEventLoop()  # the only one that watches sockets on every system
        self._thread = Thread(target=self._send, name="smtp", daemon=True)
        self._thread.start()

    def _send(self) -> None:
        with short_turns():
            self._loop.run_forever()

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def end(self) -> None:
        self.run(self.crew.dismiss())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
