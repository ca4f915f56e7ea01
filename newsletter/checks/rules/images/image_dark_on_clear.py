"""IM018: pictures can be seen on black."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.picture_files import picture_files
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IM018",
    slug="image-dark-on-clear",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture is dark on a transparent ground.

    ## What it does
    Looks at PNG and GIF files with transparent parts: when what can be seen is nearly black, it is
    something to know.

    ## Why it matters
    In dark mode the ground behind it becomes black, and the picture is gone.

    ## Example
    ```markdown
    ![Ons logo](img/logo.png)   <!-- black letters, no ground -->
    ```

    ## Instead
    ```markdown
    ![Ons logo](img/logo.png)   <!-- the same on white, or with a white edge -->
    ```
    """
    for picture in picture_files(context):
        if picture.is_dark_on_clear:
            yield Fault(
                what=f"{picture.shown} is dark, and has no ground of its own",
                place=picture.place,
                why="in dark mode it cannot be seen",
                fix="save it on white, or give it a light edge",
            )
