"""IM009: pictures have a format all programs show."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.picture_files import picture_files
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_NEVER = frozenset(("SVG", "BMP", "TIFF", "HEIF", "PSD", "PDF", "ICO", "TGA"))
_FEW = frozenset(("WEBP", "AVIF", "JPEG2000"))


@rule(
    code="IM009",
    slug="image-format",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture has a format mail programs do not show.

    ## What it does
    Looks at the file itself: SVG, BMP, TIFF, HEIC and PSD are errors, WebP and AVIF warnings.

    ## Why it matters
    Outlook shows an empty frame, and Gmail shows no SVG (caniemail).

    ## Example
    ```markdown
    ![De grafiek](img/grafiek.svg)
    ```

    ## Instead
    ```markdown
    ![De grafiek](img/grafiek.png)
    ```
    """
    for picture in picture_files(context):
        if picture.form in _NEVER:
            yield Fault(
                what=f"{picture.shown} is {picture.form}, which mail programs do not show",
                place=picture.place,
                fix="save it as PNG, or a photograph as JPEG",
            )
        elif picture.form in _FEW:
            yield Fault(
                what=f"{picture.shown} is {picture.form}, which Outlook does not show",
                place=picture.place,
                fix="save it as PNG, or a photograph as JPEG",
                severity=Severity.WARNING,
            )
