"""IM012: pictures do not say where you live."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.picture_files import picture_files
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IM012",
    slug="image-place-inside",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture holds the place where it was taken.

    ## What it does
    Looks for coordinates in the data a camera puts in (Exif, GPS).

    ## Why it matters
    Everybody who gets the letter can read where the photograph was taken, which may be your home.

    ## Example
    ```markdown
    ![Mijn tuin](img/tuin.jpg)   <!-- as the telephone made it -->
    ```

    ## Instead
    ```markdown
    ![Mijn tuin](img/tuin.jpg)   <!-- saved again without its data -->
    ```
    """
    for picture in picture_files(context):
        if picture.has_place:
            yield Fault(
                what=f"{picture.shown} holds the place where it was taken",
                place=picture.place,
                why="everybody who gets the letter can read it",
                fix="save it without its data (Exif)",
            )
