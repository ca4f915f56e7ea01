"""What the site does by itself while it runs: mails to one person, pauses that end, what is kept too long."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from newsletter.errors import NewsletterError
from newsletter.project import Project
from newsletter.project.people.retention import retain

__all__ = ["Chores"]

_EVERY_S = 30.0
_A_DAY = timedelta(days=1)
_AT_ONCE = 20  # mails of one round, so that the site stops soon when it is told to
_log = logging.getLogger(__name__)


class Chores:
    """Does what waits, at once after `wake` and every half minute besides.

    A chore that cannot be done is told in the log, once for each reason, and tried again.
    """

    def __init__(
        self,
        project: Project,
        every_s: float = _EVERY_S,
        also: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Work for `project`; `also` is done each round, and tells its own failures."""
        self._also = also
        self._project = project
        self._every_s = every_s
        self._executor = ThreadPoolExecutor(1, "chores")
        self._woken = asyncio.Event()
        self._is_over = False
        self._told: set[str] = set()
        self._retained_at: datetime | None = None

    def wake(self) -> None:
        """Say that there is something to do."""
        self._woken.set()

    async def run(self) -> None:
        """Work until `stop`."""
        loop = asyncio.get_running_loop()
        while not self._is_over:
            self._woken.clear()
            for chore in (self._end_pauses, self._send_mails, self._keep_no_longer):
                await loop.run_in_executor(self._executor, self._do, chore)
            if self._also is not None:
                await self._also()
            try:
                async with asyncio.timeout(self._every_s):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def stop(self) -> None:
        """Let the chore under way be the last."""
        self._is_over = True
        self._woken.set()

    def _do(self, chore: Callable[[], None]) -> None:
        try:
            chore()
        except NewsletterError as error:
            if str(error) not in self._told:
                self._told.add(str(error))
                _log.error("the site cannot do what waits: %s", error)
        except Exception as error:  # noqa: BLE001 a plug-in's, say: the other chores go on all the same
            if repr(error) not in self._told:
                self._told.add(repr(error))
                _log.exception("the site failed at what waits")

    def _end_pauses(self) -> None:
        self._project.choosing.wake()

    def _keep_no_longer(self) -> None:
        now = self._project.clock.now()
        if self._retained_at is None or now - self._retained_at >= _A_DAY:
            self._retained_at = now
            retain(self._project)

    def _send_mails(self) -> None:
        while not self._is_over:
            report = self._project.post.deliver(_AT_ONCE)
            if report.halted:
                _log.error("the provider takes no mails that ask to confirm: %s", report.halted)
            if report.accepted + report.rejected < _AT_ONCE:
                return
