"""MS015: Gmail can read the style sheets."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.template_lines import line_of_words
from newsletter.domain.finding import Severity
from newsletter.render.clients.css import AtRule, read_sheet

__all__ = ["check"]


@rule(
    code="MS015",
    slug="style-nested",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A style sheet has an @ rule inside an @ rule.

    ## What it does
    Looks for `@media`, `@supports` and the like inside another of them.

    ## Why it matters
    Gmail throws the whole style element away over it, with all else that is in it.

    ## Example
    ```css
    @media screen { @media (max-width: 400px) { .kop { font-size: 18px; } } }
    ```

    ## Instead
    ```css
    @media screen and (max-width: 400px) { .kop { font-size: 18px; } }
    ```
    """
    for style in context.markup.iter("style"):
        for outer in read_sheet(style.text or ""):
            inner = (
                [one for one in (outer.rules or ()) if isinstance(one, AtRule)]
                if isinstance(outer, AtRule)
                else []
            )
            if inner and isinstance(outer, AtRule):
                yield Fault(
                    what=f"@{inner[0].name} stands inside @{outer.name}",
                    place=line_of_words(context, f"@{outer.name} {outer.prelude}"),
                    why="Gmail throws the whole style element away",
                    fix="write both conditions in one, with and",
                )
