"""IM004: alternative text begins with what it shows."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IM004",
    slug="alt-prefix",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The alternative text begins with *picture of*.

    ## What it does
    Looks for *afbeelding van*, *foto van*, *image of* and the like at its beginning.

    ## Why it matters
    A screen reader says *picture* before it by itself.

    ## Example
    ```markdown
    ![Afbeelding van de kade](img/kade.png)
    ```

    ## Instead
    ```markdown
    ![De kade in Zwolle](img/kade.png)
    ```
    """
    for image in context.document.images:
        begin = next(
            (p for p in context.language.alt_prefix if image.alt.strip().lower().startswith(p)), None
        )
        if begin:
            yield Fault(
                what=f'the alternative text begins with "{image.alt.strip()[: len(begin)]}"',
                place=context.locate(image.place, f"![{image.alt}"),
                why="a screen reader says so by itself",
                fix="begin with what it shows",
            )
