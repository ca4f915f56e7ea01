"""LK001: every link leads somewhere."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.targets import TargetKind, targets
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK001",
    slug="link-empty",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("MD012", "TP001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link has no target.

    ## What it does
    Looks for links and buttons without an address behind them.

    ## Why it matters
    The reader clicks and nothing happens. It is usually an address that was to be filled in later.

    ## Example
    ```markdown
    Lees [het hele verhaal]().
    ```

    ## Instead
    ```markdown
    Lees [het hele verhaal](https://brief.example/verhaal).
    ```
    """
    for target in targets(context, TargetKind.EMPTY):
        yield Fault(
            what=f'the link "{target.label}" leads nowhere',
            place=target.place,
            fix="write the address between the brackets: [text](https://…)",
        )
