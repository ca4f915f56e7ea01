"""AX010: everybody can read the letter as a browser has it."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.seen import seen
from newsletter.domain.finding import Severity
from newsletter.domain.sighting import SightingKind, View

__all__ = ["check"]

_GRAVE = ("serious", "critical")


@rule(
    code="AX010",
    slug="browser-access",
    severity=Severity.ERROR,
    stage=Stage.BROWSER,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter as a browser has it keeps some readers out.

    ## What it does
    Runs [axe](https://github.com/dequelabs/axe-core) over the letter in Chromium, on request
    (`--browser`): names of links and pictures, order of headings, tables, languages, contrast. What axe
    calls serious or critical is an error, the rest a warning. Rules for whole sites, about landmarks
    and a first heading, are off.

    ## Why it matters
    Your readers' screen readers work with this, and their employers have to meet EN 301 549.

    ## Example
    ```html
    <a href="https://brief.example/verhaal"><img src="pijl.png"></a>
    ```

    ## Instead
    ```html
    <a href="https://brief.example/verhaal"><img src="pijl.png" alt="Lees het verhaal"></a>
    ```
    """
    faults = (
        *seen(context, SightingKind.ACCESS, (View.LIGHT, View.DARK)),
        *seen(context, SightingKind.CONTRAST, (View.LIGHT,)),
    )
    for sighting, place in faults:
        dark = "in dark mode, " if sighting.view is View.DARK else ""
        yield Fault(
            what=f"{dark}{sighting.what}",
            place=place,
            why=f"axe calls it {sighting.impact}",
            severity=None if sighting.impact in _GRAVE else Severity.WARNING,
            fix=f"read about {sighting.rule}: https://dequeuniversity.com/rules/axe/4.11/{sighting.rule}",
        )
