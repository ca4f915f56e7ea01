"""IN008: the line beside the subject is yours."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IN008",
    slug="preheader-missing",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """There is no preheader.

    ## What it does
    Looks for the front-matter key `preheader`.

    ## Why it matters
    Mail programs show a line beside the subject. Without a preheader they take the first words they
    find, which is your greeting.

    ## Example
    ```yaml
    subject: "Wil je op social media blijven?"
    ```

    ## Instead
    ```yaml
    subject: "Wil je op social media blijven?"
    preheader: "Drie vragen die je helpen kiezen."
    ```
    """
    if not context.issue.preheader.strip():
        yield Fault(
            what="there is no preheader",
            place=context.issue.place("preheader" if "preheader" in context.issue.places else "subject"),
            why="mail programs show your greeting beside the subject instead",
            fix='add under the subject: preheader: "What you get when you read on"',
        )
