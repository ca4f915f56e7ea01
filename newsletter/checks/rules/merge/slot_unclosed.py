"""MT002: every slot is closed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import spot
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEFT = re.compile(r"(?<!\{)\{\{(?![{%])|(?<![}%])\}\}(?!\})")


@rule(
    code="MT002",
    slug="slot-unclosed",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    waivable=False,
    suppresses=("MD012", "TP001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A slot is opened and not closed, or closed and not opened.

    ## What it does
    Looks for `{{` and `}}` that are left when all slots are read. Code is left out.

    ## Why it matters
    Readers see the braces, or half a sentence is swallowed.

    ## Example
    ```markdown
    Beste {{ first_name | lezer },
    ```

    ## Instead
    ```markdown
    Beste {{ first_name | lezer }},
    ```
    """
    for spotted in spot(context, _LEFT):
        yield Fault(
            what=f'"{spotted.found[0]}" is left over from a slot',
            place=spotted.place,
            why="a slot is {{ name }} or {{ name | fallback }}, with a name in small letters",
            fix="close it, or put it in code with backticks if readers should see it",
        )
