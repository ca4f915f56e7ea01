"""IM017: pictures stand still."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.picture_files import picture_files
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IM017",
    slug="image-animated",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture moves.

    ## What it does
    Looks for pictures of more than one frame, and at how long they run.

    ## Why it matters
    Classic Outlook shows only the first frame. What moves longer than five seconds must be
    stoppable (WCAG 2.2, 2.2.2), and more than three flashes a second can hurt (2.3.1).

    ## Example
    ```markdown
    ![Zo werkt het](img/zo-werkt-het.gif)
    ```

    ## Instead
    ```markdown
    ![Zo werkt het, in drie stappen](img/zo-werkt-het.png)
    ```
    """
    for picture in picture_files(context):
        if picture.frames > 1:
            yield Fault(
                what=f"{picture.shown} has {picture.frames} frames",
                place=picture.place,
                why="classic Outlook shows only the first, and readers cannot stop it",
                fix="put the point in the first frame, and let it run once, less than five seconds",
            )
