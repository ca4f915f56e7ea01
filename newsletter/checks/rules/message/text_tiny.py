"""MS013: text can be read without a glass."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.leaves import leaves
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_LEAST = 12


@rule(
    code="MS013",
    slug="text-tiny",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Text is smaller than 12 pixels.

    ## What it does
    Works out the size of every piece of text in the rendered letter; the preheader is left out.

    ## Why it matters
    Many readers cannot read it, and iPhones make it larger in ways that break the layout.

    ## Example
    ```xml
    <mj-text font-size="10px">Uitschrijven</mj-text>
    ```

    ## Instead
    ```xml
    <mj-text font-size="13px">Uitschrijven</mj-text>
    ```
    """
    told: set[float] = set()
    for leaf in leaves(context.markup):
        size = leaf.size_px
        if leaf.is_preheader or size is None or not 1 <= size < _LEAST or size in told:
            continue
        told.add(size)
        yield Fault(
            what=f'"{leaf.text[:40]}" is {size:g} pixels high',
            place=template_place(context.issue.template),
            why=f"below {_LEAST} many readers cannot read it",
            fix=f"make it {_LEAST} or more in the template",
        )
