"""IM006: pictures are light together."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_TOGETHER = 2_000_000


@rule(
    code="IM006",
    slug="images-heavy",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The pictures of a letter are heavy together.

    ## What it does
    Adds up the bytes of the files readers get, after they were made smaller: more than 2,000,000 is too
    much.

    ## Why it matters
    On a phone readers wait for them, or pay; many mail programs load pictures only when asked.

    ## Example
    ```markdown
    ![De kade](img/kade-1.gif)

    ![De haven](img/haven.gif)
    ```

    ## Instead
    ```markdown
    ![De kade](img/kade-1.jpg)

    [Meer foto's van de kade](https://brief.example/kade)
    ```
    """
    total = sum(len(picture.data) for picture in context.rendered.pictures)
    if total > _TOGETHER:
        heaviest = max(context.rendered.pictures, key=lambda picture: len(picture.data))
        yield Fault(
            what=f"the pictures are {total:,} bytes together, the heaviest is {heaviest.source}",
            place=context.issue.place(),
            why="on a phone readers wait for them, or pay",
            fix="leave some out, or link to a page that has them",
        )
