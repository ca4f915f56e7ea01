"""AX004: text can be told from what is behind it in dark mode."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.seen import seen
from newsletter.domain.finding import Severity
from newsletter.domain.sighting import SightingKind, View

__all__ = ["check"]


@rule(
    code="AX004",
    slug="contrast-dark",
    severity=Severity.WARNING,
    stage=Stage.BROWSER,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Text has too little contrast in dark mode.

    ## What it does
    Shows the letter in Chromium on request (`--browser`), in dark mode, and has axe compare the colour
    of every piece of text with what is behind it: 4.5 to 1, or 3 to 1 for large text.

    ## Why it matters
    Many readers have their phone dark; what the template says about dark is easily forgotten (WCAG 2.2,
    1.4.3).

    ## Example
    ```toml
    [theme.dark]
    paper = "#1b1b1b"
    ink = "#333333"
    ```

    ## Instead
    ```toml
    [theme.dark]
    paper = "#1b1b1b"
    ink = "#e8e8e8"
    ```
    """
    for sighting, place in seen(context, SightingKind.CONTRAST, (View.DARK,)):
        yield Fault(
            what=f"in dark mode, {sighting.what}",
            place=place,
            why="readers with a dark phone cannot read it",
            fix="change one of the two colours in [theme.dark], or in the template",
        )
