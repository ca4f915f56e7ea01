"""MS012: nothing is said in secret."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.leaves import Leaf, leaves
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]


@rule(
    code="MS012",
    slug="text-hidden",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Words of the letter are hidden from readers.

    ## What it does
    Looks for text in letters of size 0, fully transparent, or in the colour of what is behind it,
    outside the preheader that stands at the top.

    ## Why it matters
    It is how spam fools filters, so filters refuse it; screen readers read it out.

    ## Example
    ```xml
    <mj-text font-size="0px">gratis gratis gratis</mj-text>
    ```

    ## Instead
    ```xml
    <!-- say it, or leave it out -->
    ```
    """
    for leaf in leaves(context.markup):
        reason = _hidden(leaf)
        if reason:
            yield Fault(
                what=f'"{leaf.text[:40]}" is hidden: {reason}',
                place=template_place(context.issue.template),
                why="it is how spam fools filters",
                fix="show it, or take it out of the template",
            )


def _hidden(leaf: Leaf) -> str | None:
    if leaf.is_preheader:
        return None
    if leaf.size_px is not None and leaf.size_px < 1:
        return "its letters have size 0"
    if leaf.opacity == 0:
        return "it is fully transparent"
    if leaf.color is not None and leaf.color == leaf.background:
        return "it has the colour of what is behind it"
    return None
