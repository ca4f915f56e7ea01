"""AX003: text can be told from what is behind it."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.leaves import leaves
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.colour import Colour, contrast
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_NORMAL, _LARGE = 4.5, 3.0


@rule(
    code="AX003",
    slug="contrast-low",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Text has too little contrast.

    ## What it does
    Works out the colour of every piece of text and of what is behind it, in light mode, and
    compares them: 4.5 to 1, or 3 to 1 for large text. Text on a picture is left out.

    ## Why it matters
    Many readers cannot read it, in the sun nobody can (WCAG 2.2, 1.4.3).

    ## Example
    ```xml
    <mj-text color="#aaaaaa">Uitschrijven</mj-text>
    ```

    ## Instead
    ```xml
    <mj-text color="#595959">Uitschrijven</mj-text>
    ```
    """
    told: set[tuple[str, str]] = set()
    for leaf in leaves(context.markup):
        if (
            leaf.is_preheader
            or leaf.color is None
            or leaf.background is None
            or leaf.color == leaf.background
        ):
            continue
        ratio = contrast(Colour.parse(leaf.color), Colour.parse(leaf.background))
        pair = (leaf.color, leaf.background)
        least = _LARGE if leaf.is_large else _NORMAL
        if ratio < least and pair not in told:
            told.add(pair)
            yield Fault(
                what=f'"{leaf.text[:40]}" has a contrast of {ratio:.1f} to 1, less than {least:g}',
                place=template_place(context.issue.template),
                why=f"{leaf.color} on {leaf.background}",
                fix="make one of the two darker or lighter in the template",
            )
