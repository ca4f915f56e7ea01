"""Who hands batches over: the calling thread when one at a time is enough, else a pool of threads."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

__all__ = ["hire_hands"]

_P = ParamSpec("_P")
_T = TypeVar("_T")


class _OwnHands(Executor):
    """An executor that does the work at once, in the caller's thread."""

    def submit(self, fn: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Call `fn`; what it raises goes straight to the caller, as a bug should."""
        future: Future[_T] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def hire_hands(concurrency: int, *, own: bool = True) -> Executor:
    """Return an executor for `concurrency` submissions at once; one is the caller's `own`, or not."""
    if concurrency == 1 and own:
        return _OwnHands()
    return ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="submit")
