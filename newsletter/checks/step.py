"""What a stage of reading a letter gave: its value, or what kept it from giving one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from newsletter.errors import ContentError, Problem

__all__ = ["Step", "attempt", "given"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[_T]):
    """The value a stage gave, or the problems that kept it from giving one."""

    value: _T | None
    problems: tuple[Problem, ...] = ()


def attempt(stage: Callable[[], _T]) -> Step[_T]:
    """Run `stage`; a ContentError becomes problems."""
    try:
        return Step(value=stage())
    except ContentError as error:
        return Step(value=None, problems=error.problems)


def given(step: Step[_T]) -> _T:
    """Return the value of `step`. Raises LookupError when there is none: the rule did not say it needs it."""
    if step.value is None:
        raise LookupError("the rule does not state what it needs")
    return step.value
