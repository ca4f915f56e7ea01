"""MT006: no reader sees what only a program should."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="MT006",
    slug="merged-literal",
    severity=Severity.ERROR,
    stage=Stage.AUDIENCE,
    needs=(Need.DOCUMENT, Need.RENDERED, Need.LIST, Need.AUDIENCE),
    waivable=False,
    blocked_by=("PR008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """After merging, a reader would see merge code or a gap.

    ## What it does
    Merges subject, preheader and text for every reader and looks for merge code in values, a subject or
    greeting that comes out empty, and a space before a comma.

    ## Why it matters
    One bad row in the list makes "Beste ," or "Hallo {{ naam }}" of a personal letter.

    ## Example
    ```markdown
    Beste {{ first_name | }},
    ```

    ## Instead
    ```markdown
    Beste {{ first_name | lezer }},
    ```
    """
    for literal, offenders in context.survey.literals.items():
        slot = literal.slot
        place = slot.place or (context.issue.place(literal.part) if literal.part != "html" else None)
        yield Fault(
            what=f'in the {literal.part}, {slot.name} gives "{literal.excerpt}" for {offenders.count} of '
            f"{context.survey.readers} readers: {offenders}",
            readers=tuple(offenders.names),
            place=context.locate(place, slot.name) if place else None,
            why="the value in the list holds merge code, or is empty where the sentence needs a word",
            fix=f"mend {slot.name} in the list, or write a word as fallback: {{{{ {slot.name} | lezer }}}}",
        )
