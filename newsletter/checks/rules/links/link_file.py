"""LK013: no link leads to a file on a disk."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.targets import TargetKind, targets
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK013",
    slug="link-file",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("MD012", "TP001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link leads to a file on the author's disk.

    ## What it does
    Looks for links that begin with `file:` or a drive letter.

    ## Why it matters
    Readers do not have that disk, and the path may tell more than it should.

    ## Example
    ```markdown
    [De nota](file:///C:/Users/renata/nota.pdf)
    ```

    ## Instead
    ```markdown
    [De nota](https://brief.example/nota.pdf)
    ```
    """
    for target in targets(context, TargetKind.FILE):
        yield Fault(
            what=f"{target.url} is a file on your own disk",
            place=target.place,
            fix="put the file on the web and link to it there",
        )
