"""Work that several rules need of one letter, done once."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from newsletter.checks.context import CheckContext

__all__ = ["once"]

_T = TypeVar("_T")


def once(work: Callable[[CheckContext], _T]) -> Callable[[CheckContext], _T]:
    """Return `work` that remembers its answer, not what it raises, as long as the letter's context lives."""
    known: WeakKeyDictionary[CheckContext, _T] = WeakKeyDictionary()

    @wraps(work)
    def remembered(context: CheckContext) -> _T:
        if context not in known:
            known[context] = work(context)
        return known[context]

    return remembered
