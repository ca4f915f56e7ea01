"""PR007: the segment exists."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="PR007",
    slug="segment-unknown",
    severity=Severity.ERROR,
    stage=Stage.AUDIENCE,
    needs=(Need.ISSUE, Need.LIST),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The segment is not a name in the configuration, nor an expression that can be read.

    ## What it does
    Reads the segment the issue names, or the one given with `--to`, as sending will.

    ## Why it matters
    A letter for one group of readers must not go to another, or to nobody.

    ## Example
    ```yaml
    segment: gemeentn
    ```

    ## Instead
    ```yaml
    segment: gemeenten
    ```
    """
    for problem in context.segment_problems:
        place = context.segment_place or problem.place
        yield Fault(what=problem.what, place=place, why=problem.why, fix=problem.fix)
