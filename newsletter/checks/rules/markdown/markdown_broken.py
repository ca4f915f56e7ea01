"""MD012: the Markdown can be read."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="MD012",
    slug="markdown-broken",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("TP001", "MD013"),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter cannot be read as it was meant.

    ## What it does
    Reports what the Markdown reader refuses: a directive that is not closed or does not exist, a slot
    with a name that cannot be, in the subject and preheader as well.

    ## Why it matters
    Readers would get something else than the author sees in the source.

    ## Example
    ```markdown
    ::: buton https://brief.example
    ```

    ## Instead
    ```markdown
    ::: button https://brief.example
    ```
    """
    return [Fault.of(problem) for problem in (*context.line_problems, *context.document.problems)]
