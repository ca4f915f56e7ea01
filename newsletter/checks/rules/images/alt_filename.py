"""IM002: alternative text is words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_FILE = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|heic)\Z|\A(?:img|dsc|dscn|image|screenshot|schermafbeelding)[-_ ]?\d+\Z",
    re.IGNORECASE,
)


@rule(
    code="IM002",
    slug="alt-filename",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The alternative text is the name of a file.

    ## What it does
    Looks for alternative texts that end like a picture's file, or are its name, or a name a camera
    gives.

    ## Why it matters
    Who cannot see the picture hears *IMG underscore 2041* (WCAG 2.2, 1.1.1).

    ## Example
    ```markdown
    ![IMG_2041.jpg](img/IMG_2041.jpg)
    ```

    ## Instead
    ```markdown
    ![De kade in Zwolle](img/IMG_2041.jpg)
    ```
    """
    for image in context.document.images:
        alt = image.alt.strip()
        stem = PurePosixPath(image.source).stem
        if alt and (_FILE.search(alt) or (alt == stem and not alt.isalpha())):
            yield Fault(
                what=f'"{context.readable(alt)}" is the name of a file',
                place=context.locate(image.place, f"![{alt}"),
                fix="say what the picture shows",
            )
