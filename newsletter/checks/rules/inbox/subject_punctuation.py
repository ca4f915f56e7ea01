"""IN003: the subject has one mark at its end."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import front_line
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IN003",
    slug="subject-punctuation",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The subject has a row of punctuation marks.

    ## What it does
    Looks for `!!`, `?!`, `??`, `$$` and `€€`.

    ## Why it matters
    It looks like an advertisement, to readers and to filters.

    ## Example
    ```yaml
    subject: "Meld je nu aan!!"
    ```

    ## Instead
    ```yaml
    subject: "Meld je aan voor 8 december"
    ```
    """
    match = re.search(r"[!?]{2,}|\$\$+|€€+", context.issue.subject)
    if match:
        yield Fault(
            what=f'the subject has "{match[0]}"',
            place=context.locate(front_line(context, "subject"), match[0]),
            why="it looks like an advertisement",
            fix="write one mark, or none",
        )
