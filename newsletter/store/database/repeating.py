"""Doing a transaction again of which nothing was kept, such as one whose connection was lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from newsletter.store.database.faults import Interrupted

__all__ = ["repeating"]

_TRIES = 5
_PAUSE_S = 0.1

_Class = TypeVar("_Class", bound=type[Any])


def repeating(*names: str) -> Callable[[_Class], _Class]:
    """Let the methods `names` of a class be done again when they are Interrupted, a few times.

    Each of them has to be one transaction, so that doing it again is doing it once.
    """

    def decorate(kind: _Class) -> _Class:
        for name in names:
            setattr(kind, name, _repeated(getattr(kind, name)))
        return kind

    return decorate


def _repeated(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def again(*args: Any, **kwargs: Any) -> Any:
        for number in range(1, _TRIES):
            try:
                return method(*args, **kwargs)
            except Interrupted:
                time.sleep(_PAUSE_S * number)
        return method(*args, **kwargs)

    return again
