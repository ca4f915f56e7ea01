"""PR008: the segment has readers."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="PR008",
    slug="segment-empty",
    severity=Severity.ERROR,
    stage=Stage.AUDIENCE,
    needs=(Need.ISSUE, Need.LIST, Need.AUDIENCE),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Nobody is in the segment.

    ## What it does
    Asks the list for the readers of the segment that may be mailed: active, and not suppressed.

    ## Why it matters
    A letter to nobody is a mistake in the segment or a list that was not imported.

    ## Example
    ```yaml
    segment: "tag:gemente"
    ```

    ## Instead
    ```yaml
    segment: "tag:gemeente"
    ```
    """
    if not context.has_readers and not context.has_languages:
        yield Fault(
            what=f'nobody is in the segment "{context.segment}"',
            place=context.segment_place,
            why="only active readers count, without those who left, bounced or complained",
            fix=f"newsletter segments count '{context.segment}' shows who is left out",
        )
