"""PR001: each letter has a number of its own."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="PR001",
    slug="number-reused",
    severity=Severity.ERROR,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Another issue has the same number.

    ## What it does
    Compares `number` with that of the other issues in `issues/`.

    ## Why it matters
    Readers and the archive tell letters apart by it. It happens when an issue is begun as a copy of
    the last.

    ## Example
    ```yaml
    number: 12   # as in the letter of two weeks ago
    ```

    ## Instead
    ```yaml
    number: 13
    ```
    """
    issue = context.issue
    taken = {other.number: other.shown_path for other in context.other_issues if other.number is not None}
    if issue.number is not None and issue.number in taken:
        yield Fault(
            what=f"{taken[issue.number]} has number {issue.number} too",
            place=issue.place("number"),
            fix=f"the next one free is {max(taken) + 1}",
        )
