"""A thread of its own for a library that must be called from one thread, and may not come back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

__all__ = ["OwnThread"]

_T = TypeVar("_T")


class OwnThread:
    """Runs calls one after the other; it does not keep the program from ending."""

    def __init__(self, name: str) -> None:
        """Start nothing yet."""
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._is_stuck = False

    def call(self, work: Callable[[], _T], *, longest_s: float) -> _T:
        """Return what `work` returns in the thread, or raise what it raises.

        Raises TimeoutError when it takes longer than `longest_s` seconds, and at once ever after.
        """
        if self._is_stuck:
            raise TimeoutError
        if not self._thread.is_alive():
            self._thread.start()
        answer: Future[_T] = Future()

        def do() -> None:
            try:
                answer.set_result(work())
            except BaseException as error:  # noqa: BLE001 it is raised again where it was asked for
                answer.set_exception(error)

        self._calls.put(do)
        try:
            return answer.result(longest_s)
        except TimeoutError:
            self._is_stuck = not answer.done()
            raise

    def stop(self, goodbye: Callable[[], None], *, longest_s: float) -> None:
        """Run `goodbye` in the thread and end it, when it was ever started and is not stuck."""
        if not self._thread.is_alive() or self._is_stuck:
            return
        self.call(goodbye, longest_s=longest_s)
        self._calls.put(None)
        self._thread.join(longest_s)

    def _run(self) -> None:
        while (work := self._calls.get()) is not None:
            work()
