"""Questions to the domain name system from several threads: each asked once, all within one deadline."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from time import monotonic as machine_monotonic

from newsletter.domain.dns_answer import DnsAnswer, RecordType
from newsletter.errors import CannotAsk, Problem
from newsletter.protocols import NameProbe

__all__ = ["NameDesk"]


class NameDesk:
    """Passes each question on to `names` once, and remembers what came of it, also that nothing did.

    After `total_s` seconds from the first question nothing is asked any more.
    """

    def __init__(
        self, names: NameProbe, *, total_s: float, monotonic: Callable[[], float] = machine_monotonic
    ) -> None:
        """Ask nothing yet; `monotonic` tells seconds."""
        self._names = names
        self._total_s = total_s
        self._monotonic = monotonic
        self._ends: float | None = None
        self._asked: dict[tuple[str, RecordType], Future[DnsAnswer]] = {}
        self._lock = Lock()

    def ask(self, name: str, kind: RecordType) -> DnsAnswer:
        """Return the records of `name`. Raises CannotAsk when nobody answers, or the time is up."""
        key = (name.lower(), kind)
        with self._lock:
            answer = self._asked.get(key)
            is_first = answer is None
            if answer is None:
                answer = self._asked[key] = Future()
        if is_first:
            try:
                answer.set_result(self._ask(*key))
            except BaseException as error:  # noqa: BLE001 it is raised for everybody who asked
                answer.set_exception(error)
        return answer.result()

    def _ask(self, name: str, kind: RecordType) -> DnsAnswer:
        now = self._monotonic()
        if self._ends is None:
            self._ends = now + self._total_s
        if now >= self._ends:
            what = f"{name} {kind} was not asked: the other questions took {self._total_s:g} seconds"
            raise CannotAsk(Problem(what=what, fix="try again"))
        return self._names.ask(name, kind)
