"""TP008: the style sheets of the template can be read."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.template_styles import template_style_faults
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="TP008",
    slug="style-broken",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A style sheet of the template has a piece that no program can read.

    ## What it does
    Reads the `mj-style` and `style` elements of your own templates as browsers do, and tells what they
    pass over.

    ## Why it matters
    A forgotten brace or colon is passed over in silence, and takes what follows with it.

    ## Example
    ```css
    .kop { color #1f5f5b; }
    ```

    ## Instead
    ```css
    .kop { color: #1f5f5b; }
    ```
    """
    for fault in template_style_faults(context):
        yield Fault(
            what=fault.what,
            place=fault.place,
            fix="look for a missing brace, colon or semicolon on this line or the one before",
        )
