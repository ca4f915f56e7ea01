"""MD005: a heading has words."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="MD005",
    slug="heading-empty",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A heading has no words.

    ## What it does
    Looks for headings without text.

    ## Why it matters
    Screen readers announce a heading and then nothing; others see a gap.

    ## Example
    ```markdown
    ##

    Tot volgende keer.
    ```

    ## Instead
    ```markdown
    ## Tot slot

    Tot volgende keer.
    ```
    """
    for heading in context.document.headings:
        if not heading.text.strip():
            yield Fault(
                what="this heading has no words", place=heading.place, fix="give it words, or delete it"
            )
