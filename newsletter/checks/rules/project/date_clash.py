"""PR005: readers get one letter at a time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_APART = timedelta(hours=20)


@rule(
    code="PR005",
    slug="date-clash",
    severity=Severity.WARNING,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Another letter goes to the same readers within a day.

    ## What it does
    Compares `date` and `segment` with those of the other issues in `issues/`: less than 20 hours
    apart is too close.

    ## Why it matters
    Two letters on one day are one too many: readers leave.

    ## Example
    ```yaml
    date: 2026-11-24T09:30:00+01:00   # and another letter at 14:00
    ```

    ## Instead
    ```yaml
    date: 2026-12-01T09:30:00+01:00
    ```
    """
    issue = context.issue
    for other in context.other_issues:
        if (
            issue.date is None
            or other.date is None
            or issue.segment is None
            or other.segment != issue.segment
        ):
            continue
        if abs(issue.date - other.date) < _APART:
            yield Fault(
                what=f"{other.shown_path} goes to {issue.segment} at nearly the same time",
                place=issue.place("date"),
                why="readers get two letters on one day",
                fix="give one of them another day",
            )
