"""Short turns of the interpreter, while a thread sends beside one that computes.

Python lets a thread that computes run for 5 ms before another that waits gets its turn. The sending thread
needs microseconds, many times a mail, and the ledger's thread gives its turn away at every step of a query:
each would wait for the other most of the time. The setting is the process's, so it is counted who needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

__all__ = ["short_turns"]

_TURN_S = 0.0001
_lock = Lock()
_before: list[float] = []
"""What was set before, once for each that needs short turns now."""


@contextmanager
def short_turns() -> Iterator[None]:
    """Let threads take turns often; the last to leave sets back what was before the first."""
    with _lock:
        _before.append(sys.getswitchinterval() if not _before else _before[0])
        sys.setswitchinterval(min(_TURN_S, _before[0]))
    try:
        yield
    finally:
        with _lock:
            interval = _before.pop()
            if not _before:
                sys.setswitchinterval(interval)
