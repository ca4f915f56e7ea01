"""IM011: a picture's name says what it is."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.picture_files import picture_files
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_ENDINGS = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "GIF": (".gif",), "WEBP": (".webp",)}


@rule(
    code="IM011",
    slug="image-extension",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture's name says another format than it has.

    ## What it does
    Compares the ending of the name with the first bytes of the file.

    ## Why it matters
    Some mail programs and filters go by the name, and refuse it.

    ## Example
    ```markdown
    ![De kade](img/kade.jpg)   <!-- the file is a PNG -->
    ```

    ## Instead
    ```markdown
    ![De kade](img/kade.png)
    ```
    """
    for picture in picture_files(context):
        known = _ENDINGS.get(picture.form or "")
        ending = picture.path.suffix.lower()
        if known and ending not in known:
            yield Fault(
                what=f"{picture.shown} is {picture.form}, and its name ends in {ending or 'nothing'}",
                place=picture.place,
                fix=f"rename it so that it ends in {known[0]}",
            )
