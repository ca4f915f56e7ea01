"""TP001: the letter can be rendered."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="TP001",
    slug="compile-error",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.DOCUMENT,),
    waivable=False,
    blocked_by=("MD012",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter cannot be rendered.

    ## What it does
    Reports what template, MJML and style sheets refuse, at the line of the template.

    ## Why it matters
    There is no letter to send.

    ## Example
    ```xml
    <mj-txt>{{ content }}</mj-txt>
    ```

    ## Instead
    ```xml
    <mj-text>{{ content }}</mj-text>
    ```
    """
    return [Fault.of(problem) for problem in context.render_problems]
