"""LK015: no link runs a program."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.targets import TargetKind, targets
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK015",
    slug="link-script",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("MD012", "TP001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link runs a script or carries its page inside it.

    ## What it does
    Looks for `javascript:`, `vbscript:` and `data:` links.

    ## Why it matters
    Every mail program blocks them, and spam filters take them for an attack.

    ## Example
    ```markdown
    [Afdrukken](javascript:window.print())
    ```

    ## Instead
    ```markdown
    [Lees online]({{ archive_url }})
    ```
    """
    for target in targets(context, TargetKind.SCRIPT):
        scheme = target.url.partition(":")[0].lower()
        yield Fault(
            what=f'the link "{target.label}" is a {scheme}: link',
            place=target.place,
            why="mail programs block it, and spam filters take it for an attack",
            fix="link to a page instead",
        )
