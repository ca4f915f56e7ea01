"""IM003: alternative text is a sentence or two."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MOST = 250


@rule(
    code="IM003",
    slug="alt-long",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The alternative text is very long.

    ## What it does
    Counts characters: more than 250 is something to know.

    ## Why it matters
    A screen reader reads it in one go, without a way to stop and go back. What is long belongs in
    the text.

    ## Example
    ```markdown
    ![Een grafiek waarin elke staaf …, en dan nog twee alinea's](img/grafiek.png)
    ```

    ## Instead
    ```markdown
    ![Grafiek: de langste zin heeft twintig woorden](img/grafiek.png)
    ```
    """
    for image in context.document.images:
        if len(image.alt) > _MOST:
            yield Fault(
                what=f"the alternative text has {len(image.alt)} characters",
                place=image.place,
                fix="say the point of the picture, and the rest in the text",
            )
