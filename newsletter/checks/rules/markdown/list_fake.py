"""MD011: a list is made a list."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_BULLET = re.compile(r"\s*[•·▪◦►‣–](?=\s)")


@rule(
    code="MD011",
    slug="list-fake",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Lines begin with a bullet that makes no list.

    ## What it does
    Looks for two or more lines of a paragraph that begin with •, ·, ▪, ◦, ► or –.

    ## Why it matters
    The lines run together into one, and screen readers do not say that it is a list. It comes from
    pasting.

    ## Example
    ```markdown
    • Schrijf het op.
    • Geef het een naam.
    ```

    ## Instead
    ```markdown
    - Schrijf het op.
    - Geef het een naam.
    ```
    """
    for passage in passages(context):
        lines = passage.text.split("\n")
        if sum(bool(_BULLET.match(line)) for line in lines) > 1:
            yield Fault(
                what="these lines look like a list and are none",
                place=passage.place,
                why="they run together into one paragraph",
                fix="begin each with - and a space",
            )
