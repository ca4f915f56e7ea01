"""IM006: pictures are light."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.picture_files import picture_files
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MUCH, _TOO_MUCH, _TOGETHER = 300_000, 1_000_000, 2_000_000


@rule(
    code="IM006",
    slug="image-heavy",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture is heavy.

    ## What it does
    Adds up bytes: a file of more than 1 MB, or pictures of more than 2 MB together. A file of more
    than 300 kB is something to know.

    ## Why it matters
    On a phone readers wait, or pay; many mail programs load pictures only when asked.

    ## Example
    ```markdown
    ![De kade](img/kade.png)   <!-- 3 MB, as the camera made it -->
    ```

    ## Instead
    ```markdown
    ![De kade](img/kade.jpg)   <!-- 120 kB, twice the width it is shown at -->
    ```
    """
    total = 0
    for picture in picture_files(context):
        total += picture.size_bytes
        if picture.size_bytes > _MUCH:
            yield Fault(
                what=f"{picture.shown} is {picture.size_bytes:,} bytes",
                place=picture.place,
                why="on a phone readers wait for it, or pay",
                fix="save it smaller: 1,200 pixels wide, as JPEG, is about 200,000 bytes",
                severity=None if picture.size_bytes > _TOO_MUCH else Severity.INFO,
            )
    if total > _TOGETHER:
        yield Fault(
            what=f"the pictures are {total:,} bytes together",
            place=context.issue.place(),
            fix=f"stay below {_TOGETHER:,}",
        )
