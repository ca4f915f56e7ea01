"""LK020: a link has words."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.content.document import LinkKind
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK020",
    slug="link-no-name",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link has nothing to click on.

    ## What it does
    Looks for links without words, and for a linked picture without alternative text.

    ## Why it matters
    Nobody can see it, and screen readers read out its address (WCAG 2.2, 2.4.4).

    ## Example
    ```markdown
    Lees [](https://brief.example/verhaal).
    ```

    ## Instead
    ```markdown
    Lees [het verhaal](https://brief.example/verhaal).
    ```
    """
    for link in context.document.links:
        if not link.label.strip():
            what = (
                "the linked picture has no alternative text"
                if link.kind is LinkKind.IMAGE
                else "the link has no words"
            )
            yield Fault(
                what=what,
                place=context.locate(link.place, "[](" if link.kind is LinkKind.TEXT else "]("),
                why="there is nothing to click on, or to read out",
                fix="write words between the square brackets",
            )
