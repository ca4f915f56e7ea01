"""HD002: readers can leave with one click."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="HD002",
    slug="list-unsubscribe-post-missing",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED, Need.MESSAGE),
    waivable=False,
    blocked_by=("SN007", "HD001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A message has no List-Unsubscribe-Post header.

    ## What it does
    Builds the message of a reader and looks for `List-Unsubscribe-Post: List-Unsubscribe=One-Click`.

    ## Why it matters
    Without it a click on the button of Gmail or Yahoo does not unsubscribe (RFC 8058, section 3.1).

    ## Example
    ```text
    List-Unsubscribe: <https://brief.example/unsubscribe/…>
    ```

    ## Instead
    ```text
    List-Unsubscribe: <https://brief.example/unsubscribe/…>
    List-Unsubscribe-Post: List-Unsubscribe=One-Click
    ```
    """
    if context.sample_headers[0].get("list-unsubscribe-post") != "List-Unsubscribe=One-Click":
        yield Fault(
            what="the message has no List-Unsubscribe-Post: List-Unsubscribe=One-Click",
            why="without it, the button to leave in Gmail and Yahoo does nothing",
            fix="this is a fault of the program, not of the letter: report it",
        )
