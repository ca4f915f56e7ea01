"""What a worker can be asked to do, whoever asks: every job is an id, and doing it twice does no harm."""

from __future__ import annotations

import logging
from collections.abc import Callable

from newsletter.delivery.engine import Ending
from newsletter.errors import AnotherRunner, NewsletterError
from newsletter.project import Project
from newsletter.project.sending.pumping import Pumping
from newsletter.project.upkeep.chores import Chore, do_chore

__all__ = ["SLICE_S", "Labour"]

SLICE_S = 30.0
"""How long a worker stays with one campaign before it looks whether another waits, in seconds."""

_log = logging.getLogger(__name__)


class Labour:
    """The jobs of one worker; what goes wrong in one is told once in the log, and tried again later."""

    def __init__(self, project: Project, pumping: Pumping, stop: Callable[[], bool]) -> None:
        """Work for `project` until `stop` says so: then what is under way is finished."""
        self._project = project
        self._pumping = pumping
        self._stop = stop
        self._told: set[str] = set()

    def look_after(self) -> list[str]:
        """Return the ids of the campaigns that anybody may pump."""
        found: list[str] = []
        self._do(lambda: found.extend(self._pumping.look_after()))
        return found

    def pump(self, campaign_id: str, on_work: Callable[[], None] = lambda: None) -> bool:
        """Send of a campaign for a while; say whether there may be more to do at once."""
        left = False

        def send() -> None:
            nonlocal left
            report = self._pumping.pump(campaign_id, stop=self._stop, slice_s=SLICE_S, on_work=on_work)
            left = report is not None and report.ending is Ending.STOPPED and not self._stop()
            if report is not None and report.attempts:
                _log.info("campaign %s: %d batches, %s", campaign_id, report.attempts, report.ending)

        self._do(send)
        return left

    def chore(self, name: str) -> None:
        """Do the chore called `name`."""

        def work() -> None:
            done = do_chore(self._project, Chore(name))
            if done:
                _log.info("%s: %s", name, done)

        self._do(work)

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except AnotherRunner:
            pass  # `send` or `resume` has it
        except NewsletterError as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001  # a plug-in's, say: the other jobs go on all the same
            if repr(error) not in self._told:
                self._told.add(repr(error))
                _log.exception("a job of this worker failed")

    def _tell(self, what: str) -> None:
        if what not in self._told:
            self._told.add(what)
            _log.error("%s", what)
