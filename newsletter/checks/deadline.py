"""An end to what would compute for ever, such as a rule of a stranger's with a loop that has none."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["TooLong", "cpu_deadline"]

_AGAIN_S = 1.0


class TooLong(BaseException):
    """The time is up. No Exception: code that passes over every Exception would pass over this too."""


@contextmanager
def cpu_deadline(seconds: float) -> Iterator[None]:
    """Raise TooLong in what is inside once it has computed for `seconds`; waiting does not count.

    Only the main thread of a process can be interrupted, and only where the system has such a clock
    (`setitimer`, POSIX). The alarm of the wall clock is left alone, as test runners
    use it.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _raise)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.0)
        signal.signal(signal.SIGVTALRM, before)


def _raise(_number: int, _frame: FrameType | None) -> None:
    raise TooLong
