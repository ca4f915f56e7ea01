"""MD004: headings go down step by step."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="MD004",
    slug="heading-jump",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A heading skips a level.

    ## What it does
    Looks for a heading more than one level below the one before it. The first may be `#` or `##`.

    ## Why it matters
    Who listens to the letter jumps from heading to heading; a level that is not there sounds like a
    lost chapter (WCAG 2.2, 1.3.1).

    ## Example
    ```markdown
    ## Moet je die appjes laten zien?

    #### Wat de wet zegt
    ```

    ## Instead
    ```markdown
    ## Moet je die appjes laten zien?

    ### Wat de wet zegt
    ```
    """
    before = 1
    for heading in context.document.headings:
        if heading.level > before + 1:
            marks, right = "#" * heading.level, "#" * (before + 1)
            place = context.locate(heading.place, marks)
            yield Fault(
                what=f"this heading is of level {heading.level}, and the one above it of level {before}",
                place=place,
                fix=f"write {right} before it",
                mend=replace_words(context, place, marks, right),
            )
        before = heading.level
