"""LK012: no link leads to the author's own machine."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.targets import TargetKind, targets
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK012",
    slug="link-local",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("MD012", "TP001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link leads to a machine readers cannot reach.

    ## What it does
    Looks for `localhost`, private addresses (RFC 1918) and hosts without a dot or ending in `.local`,
    `.lan` or `.internal`.

    ## Why it matters
    It works on the author's computer or office network and nowhere else.

    ## Example
    ```markdown
    [Bekijk het concept](http://localhost:8000/verhaal)
    ```

    ## Instead
    ```markdown
    [Bekijk het verhaal](https://brief.example/verhaal)
    ```
    """
    for target in targets(context, TargetKind.LOCAL):
        yield Fault(
            what=f"{target.url} is on a machine readers cannot reach",
            place=target.place,
            fix="use the public address",
        )
