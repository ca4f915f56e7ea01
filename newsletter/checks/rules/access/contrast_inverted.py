"""AX014: text can be told from what is behind it when an app turns the colours."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.seen import seen
from newsletter.domain.finding import Severity
from newsletter.domain.sighting import SightingKind, View

__all__ = ["check"]

_APPS = {
    View.INVERTED_FULL: "when an app turns every colour",
    View.INVERTED_PARTIAL: "when an app turns what is light",
}


@rule(
    code="AX014",
    slug="contrast-inverted",
    severity=Severity.WARNING,
    stage=Stage.BROWSER,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Text has too little contrast when an app turns the colours.

    ## What it does
    Turns the colours as Gmail on an iPhone does (all of them) and as Outlook's app does (what is
    light), shows both in Chromium on request (`--browser`), and has axe compare text with what is
    behind it. The turning is a simulation.

    ## Why it matters
    These apps make a letter dark whatever it says itself, and text with a fixed colour on a ground that
    was turned disappears.

    ## Example
    ```html
    <td style="color: #444444">…</td>   <!-- and no background of its own -->
    ```

    ## Instead
    ```html
    <td style="color: #444444; background-color: #ffffff">…</td>
    ```
    """
    for sighting, place in seen(context, SightingKind.CONTRAST, tuple(_APPS)):
        yield Fault(
            what=f"{_APPS[sighting.view]}, {sighting.what}",
            place=place,
            why="the app turns one of the two colours and leaves the other too near",
            fix="give the text and what is behind it a colour in the same place",
        )
