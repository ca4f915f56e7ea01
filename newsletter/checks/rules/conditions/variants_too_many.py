"""CN002: the conditional blocks make more letters than anybody can look at."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.variants import variant_problem

__all__ = ["check"]


@rule(
    code="CN002",
    slug="variants-too-many",
    severity=Severity.ERROR,
    stage=Stage.AUDIENCE,
    needs=(Need.DOCUMENT,),
    blocked_by=("CN001",),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The conditional blocks make more letters than anybody can look at.

    ## What it does
    Counts the combinations of conditions that occur among the readers of the segment: more than 32 are
    an error.

    ## Why it matters
    Each combination is a letter of its own, which is rendered, checked and sent. Nobody reads 33 letters
    before sending them, and one of them will be wrong.

    ## Example
    ```markdown
    ::: only sample:50%@one
    …
    :::
    ```
    …and five more such blocks, each for another half of the readers.

    ## Instead
    ```markdown
    ::: only tag:gemeente
    …one block for each kind of reader…
    :::
    ```
    """
    problem = variant_problem(context.document.conditions, context.letters.keys)
    if problem is not None:
        yield Fault.of(problem)
