"""AX006: tables for layout are no tables to listeners."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]


@rule(
    code="AX006",
    slug="table-role",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A table for layout is not marked as one.

    ## What it does
    Looks for tables without headings (`th`) and without `role="presentation"` in the rendered
    letter.

    ## Why it matters
    Screen readers announce rows and columns where there is only layout (Email Markup Consortium:
    four in five mails).

    ## Example
    ```xml
    <mj-raw><table><tr><td>…</td></tr></table></mj-raw>
    ```

    ## Instead
    ```xml
    <mj-raw><table role="presentation"><tr><td>…</td></tr></table></mj-raw>
    ```
    """
    bare = [
        table
        for table in context.markup.iter("table")
        if table.get("role") not in ("presentation", "none") and next(table.iter("th"), None) is None
    ]
    if bare:
        yield Fault(
            what=f"{len(bare)} {'table' if len(bare) == 1 else 'tables'} for layout have no role",
            place=template_place(context.issue.template),
            why="screen readers announce rows and columns that are none",
            fix='write role="presentation" on the table, or th where it holds data',
        )
