"""Work that asks others and may not come back: given up after a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from newsletter.errors import CannotAsk, Problem
from newsletter.probes.own_thread import OwnThread

__all__ = ["within"]

_T = TypeVar("_T")


def within(work: Callable[[], _T], *, longest_s: float, whom: str) -> _T:
    """Return what `work` returns, or raise what it raises.

    Raises CannotAsk, naming `whom` it asked, when it takes longer than `longest_s` seconds.
    """
    thread = OwnThread(whom)
    try:
        return thread.call(work, longest_s=longest_s)
    except TimeoutError as error:
        problem = Problem(what=f"{whom} gave no answer within {longest_s:g} seconds", fix="try again")
        raise CannotAsk(problem) from error
    finally:
        thread.stop(lambda: None, longest_s=1)
