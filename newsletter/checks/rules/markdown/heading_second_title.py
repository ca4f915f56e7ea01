"""MD007: a letter has one title."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="MD007",
    slug="heading-second-title",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """There is a second heading of the first level.

    ## What it does
    Looks for more than one `#` heading.

    ## Why it matters
    A letter has one title; the others are its chapters, `##`.

    ## Example
    ```markdown
    # Kort nieuws

    # Wat ik zou doen
    ```

    ## Instead
    ```markdown
    # Kort nieuws

    ## Wat ik zou doen
    ```
    """
    titles = [heading for heading in context.document.headings if heading.level == 1]
    for heading in titles[1:]:
        place = context.locate(heading.place, "#")
        yield Fault(
            what="this is a second title",
            place=place,
            fix="write ## before it",
            mend=replace_words(context, place, "# ", "## "),
        )
