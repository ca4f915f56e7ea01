"""LK002: no link jumps inside the letter."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.targets import TargetKind, targets
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK002",
    slug="link-fragment",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("MD012", "TP001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link jumps to a place inside the letter that is not there.

    ## What it does
    Looks for links that are only `#`, or `#name` where nothing in the letter has that name.

    ## Why it matters
    In a mail there is nothing to jump to, so the click does nothing, or opens an empty window.

    ## Example
    ```markdown
    [Terug naar boven](#)
    ```

    ## Instead
    ```markdown
    [Lees het hele verhaal](https://brief.example/verhaal)
    ```
    """
    for target in targets(context, TargetKind.FRAGMENT):
        if target.url[1:] and context.lacks(Need.RENDERED) is None and target.url[1:] in context.page.ids:
            continue
        yield Fault(
            what=f'the link "{target.label}" goes to {target.url}, which is not in the letter',
            place=target.place,
            why="a mail is not a web page: there is nothing to jump to",
            fix="write a whole address, such as https://…, or take the link out",
        )
