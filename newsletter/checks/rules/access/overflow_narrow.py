"""AX009: nothing sticks out on a narrow screen."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.seen import seen
from newsletter.domain.finding import Severity
from newsletter.domain.sighting import SightingKind, View

__all__ = ["check"]


@rule(
    code="AX009",
    slug="overflow-narrow",
    severity=Severity.WARNING,
    stage=Stage.BROWSER,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Something sticks out on a narrow screen.

    ## What it does
    Shows the letter in Chromium on request (`--browser`) in a window of 320 pixels, and looks whether
    it can be scrolled sideways, and what makes it so.

    ## Why it matters
    The reader has to push every line to and fro, or never sees its end (WCAG 2.2, 1.4.10).

    ## Example
    ```markdown
    Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung_in_een_woord
    ```

    ## Instead
    ```markdown
    Donaudampfschifffahrts-gesellschaftskapitänsmützen-abzeichenverordnung
    ```
    """
    for sighting, place in seen(context, SightingKind.OVERFLOW, (View.NARROW,)):
        yield Fault(
            what=f"at 320 pixels, {sighting.what}",
            place=place,
            why="the whole letter can then be pushed sideways",
            fix="break the long word, make the table or picture narrower, or set max-width: 100%",
        )
