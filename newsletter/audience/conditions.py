"""The conditions of a letter's blocks: are they sound, and which of them hold for one reader?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from newsletter.audience.evaluate import Facts, matches
from newsletter.audience.expression import Expression, OneOf, walk
from newsletter.audience.names import Names
from newsletter.audience.parse import parse_expression
from newsletter.domain.subscriber import Subscriber
from newsletter.domain.variant import Condition
from newsletter.errors import Problem, UsageError
from newsletter.source import Place

__all__ = ["MAX_CONDITIONS", "MAX_TERMS", "condition_problems", "key_of", "read_condition"]

MAX_CONDITIONS = 64
"""Most distinct conditions of one letter."""

MAX_TERMS = 2_000
"""Most terms of all conditions of one letter together; a database takes only so many values at once."""


def read_condition(text: str, names: Names, place: Place | None = None) -> Expression:
    """Return the segment called `text`, or `text` as an expression. Raises UsageError."""
    if text in names.segments:
        return parse_expression(names.segments[text], names, names.places.get(text))
    return parse_expression(text, names, place)


def condition_problems(conditions: Sequence[Condition], names: Names) -> list[Problem]:
    """Return all that is wrong with `conditions`, at every place they stand."""
    if len(conditions) > MAX_CONDITIONS:
        return [_too_many(conditions)]
    problems: list[Problem] = []
    terms = 0
    for condition in conditions:
        for place in condition.places:
            try:
                read = read_condition(condition.text, names, place)
            except UsageError as error:
                problems += [_told(problem, condition) for problem in error.problems]
            else:
                terms += sum(_weight(node) for node in walk(read))
                break  # sound at one place is sound at all
    if terms > MAX_TERMS:
        problems.append(
            Problem(
                what=f"the conditions of this letter have {terms:,} terms together, more than {MAX_TERMS:,}",
                place=conditions[0].places[0],
                fix="give these readers a tag when importing, and write ::: only tag:…",
            )
        )
    return list(dict.fromkeys(problems))


def key_of(conditions: Iterable[Expression], subscriber: Subscriber, facts: Facts) -> str:
    """Return which of `conditions` hold for `subscriber`, a 0 or 1 for each."""
    return "".join("1" if matches(one, subscriber, facts) else "0" for one in conditions)


def _weight(node: Expression) -> int:
    return len(node.values) if isinstance(node, OneOf) else 1


def _told(problem: Problem, condition: Condition) -> Problem:
    """Return `problem` as one of the letter's, without the excerpt that helps on a command line."""
    if problem.why is not None:
        return replace(problem, excerpt=None)
    return replace(problem, why=f"in the condition  {condition.text[:80]}", excerpt=None)


def _too_many(conditions: Sequence[Condition]) -> Problem:
    return Problem(
        what=f"the letter has {len(conditions)} different conditions, more than {MAX_CONDITIONS}",
        place=conditions[MAX_CONDITIONS].places[0],
        fix="write blocks for the same readers with the same condition",
    )
