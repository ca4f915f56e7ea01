"""PR006: numbers follow each other."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="PR006",
    slug="number-gap",
    severity=Severity.INFO,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The number does not follow that of the last letter.

    ## What it does
    Compares `number` with the highest of the other issues in `issues/`.

    ## Why it matters
    A gap makes readers ask which letter they missed.

    ## Example
    ```yaml
    number: 15   # and the last letter was 12
    ```

    ## Instead
    ```yaml
    number: 13
    ```
    """
    issue = context.issue
    known = [other.number for other in context.other_issues if other.number is not None]
    if issue.number is not None and known and issue.number > max(known) + 1:
        yield Fault(
            what=f"this is number {issue.number}, and the last letter was {max(known)}",
            place=issue.place("number"),
            fix=f"write  number: {max(known) + 1}",
        )
