"""A letter that tries two subjects, as readers of the second see it."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from functools import cached_property

from newsletter.checks.context import CheckContext
from newsletter.checks.step import Step

__all__ = ["with_second_subject"]


def with_second_subject(context: CheckContext) -> CheckContext:
    """Return the context of the same letter with its second subject in place of the first (Need.ISSUE)."""
    issue = context.issue
    second = replace(
        issue,
        subject=issue.subject_b or "",
        subject_b=None,
        places={**issue.places, "subject": issue.place("subject_b")},
    )
    other = copy(context)
    for name, value in vars(CheckContext).items():
        if isinstance(value, cached_property):  # worked out for the first subject
            vars(other).pop(name, None)
    vars(other)["_loaded"] = Step(value=second)  # in place of what is read from the file
    other.whole = other
    return other
