"""IM001: every picture has words for who cannot see it."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IM001",
    slug="alt-missing",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture has no alternative text.

    ## What it does
    Looks for pictures of the issue without words between the square brackets.

    ## Why it matters
    Many readers see no pictures: mail programs block them, and screen readers read the text out (WCAG
    2.2, 1.1.1).

    ## Example
    ```markdown
    ![](img/kade.jpg)
    ```

    ## Instead
    ```markdown
    ![De kade in Zwolle, met de oude kraan](img/kade.jpg)
    ```
    """
    for image in context.document.images:
        if not image.alt.strip():
            yield Fault(
                what=f"the picture {context.readable(image.source)} has no alternative text",
                place=context.locate(image.place, f"]({image.source}"),
                why="readers whose program blocks pictures, or who cannot see them, get nothing",
                fix="say what it shows: ![what it shows](…)",
            )
