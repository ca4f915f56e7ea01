"""HD004: everybody has a link of their own to leave."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="HD004",
    slug="list-unsubscribe-shared",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED, Need.MESSAGE),
    waivable=False,
    blocked_by=("SN007", "HD001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Two readers have the same List-Unsubscribe header.

    ## What it does
    Builds the messages of two readers and compares.

    ## Why it matters
    With one link for all, nobody knows who wants to leave, and one click would take out somebody else.

    ## Example
    ```text
    List-Unsubscribe: <https://brief.example/unsubscribe>
    ```

    ## Instead
    ```text
    List-Unsubscribe: <https://brief.example/unsubscribe/TOKEN-OF-THIS-READER>
    ```
    """
    first, second = (headers["list-unsubscribe"] for headers in context.sample_headers)
    if first == second:
        yield Fault(
            what="two readers get the same link to leave",
            why="one click would take out somebody else",
            fix="this is a fault of the program, not of the letter: report it",
        )
