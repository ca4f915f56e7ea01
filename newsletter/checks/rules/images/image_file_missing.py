"""IM005: every picture is there."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.nearest import nearest

__all__ = ["check"]


@rule(
    code="IM005",
    slug="image-file-missing",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("TP001", "MD012"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture's file is not there.

    ## What it does
    Looks for the file of each picture, from the folder of the issue. Letter case counts, also on disks
    where it does not.

    ## Why it matters
    Readers get a broken picture. A name that differs in case works on a Mac and breaks on the web.

    ## Example
    ```markdown
    ![De kade](img/Kade.jpg)
    ```

    ## Instead
    ```markdown
    ![De kade](img/kade.jpg)
    ```
    """
    for image in context.document.images:
        if image.path is None or _is_there(image.path):
            continue
        near = _nearest(image.path)
        yield Fault(
            what=f"there is no picture {context.readable(image.source)}",
            place=context.locate(image.place, f"]({image.source}"),
            why="the path is read from the folder of the issue",
            fix=f"did you mean {near}?" if near else "put the picture there, or mend the path",
        )


def _is_there(path: Path) -> bool:
    try:
        return path.is_file() and path.name in {entry.name for entry in path.parent.iterdir()}
    except (OSError, ValueError):  # a name that is too long, or holds a zero byte
        return False


def _nearest(path: Path) -> str | None:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.is_file()]
    except (OSError, ValueError):
        return None
    return nearest(path.name, names)
