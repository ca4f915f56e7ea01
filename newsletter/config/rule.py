"""How a value is judged beyond its type, and what an editor can be told of it beforehand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from newsletter.domain.nearest import nearest

__all__ = ["Rule", "RuleBroken", "between", "each", "one_of", "shaped", "sound", "told"]


class RuleBroken(ValueError):
    """The value will not do; `fix` is what to write instead."""

    def __init__(self, what: str, fix: str | None = None) -> None:
        """Keep the reason and the mend."""
        super().__init__(what)
        self.what, self.fix = what, fix


@dataclass(frozen=True, slots=True)
class Rule:
    """A function that returns the value as the program wants it, or raises RuleBroken.

    `shape` says the same in words of JSON Schema, as far as those go: what it refuses, the rule refuses.
    """

    judge: Callable[[object], object]
    shape: Mapping[str, object] = field(default_factory=dict)

    def __call__(self, value: object) -> object:
        """Judge `value`. Raises RuleBroken."""
        return self.judge(value)


def told(**shape: object) -> Callable[[Callable[[object], object]], Rule]:
    """Make a rule of the function below, with `shape` for editors."""
    return lambda judge: Rule(judge, shape)


def one_of(*choices: str) -> Rule:
    """Return the rule that a value is one of `choices`."""

    @told(enum=list(choices))
    def rule(value: object) -> object:
        if value in choices:
            return value
        near = nearest(str(value), choices)
        listed = ", ".join(f'"{choice}"' for choice in choices)
        raise RuleBroken(f'"{value}" is not one of {listed}', f'write "{near}"' if near else None)

    return rule


def shaped(pattern: str, kind: str, fix: str) -> Rule:
    """Return the rule that all of a value matches `pattern`; if not, it is not `kind`."""
    shape = re.compile(pattern)

    @told(pattern=f"^(?:{pattern})$")
    def rule(value: object) -> object:
        if shape.fullmatch(str(value)):
            return value
        raise RuleBroken(f'"{str(value)[:80]}" is not {kind}', fix)

    return rule


def sound(problem_of: Callable[[str], str | None], fix: str) -> Rule:
    """Return the rule that `problem_of` finds nothing wrong with a value."""

    def rule(value: object) -> object:
        if problem := problem_of(str(value)):
            raise RuleBroken(problem, fix)
        return value

    return Rule(rule)


def between(low: float, high: float, unit: str) -> Rule:
    """Return the rule that a number is from `low` up to and including `high`."""

    @told(minimum=low, maximum=high)
    def rule(value: object) -> object:
        if isinstance(value, int | float) and low <= value <= high:
            return value
        raise RuleBroken(f"{value} is outside {low:g} to {high:g} {unit}".rstrip())

    return rule


def each(rule: Rule) -> Rule:
    """Return the rule that `rule` holds for every part of a list."""
    return Rule(
        lambda values: tuple(rule(value) for value in values) if isinstance(values, tuple) else values,
        {"items": dict(rule.shape)},
    )
