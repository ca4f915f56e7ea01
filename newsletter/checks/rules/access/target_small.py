"""AX008: links can be hit with a thumb."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.seen import seen
from newsletter.domain.finding import Severity
from newsletter.domain.sighting import THUMB_PX, SightingKind, View

__all__ = ["check"]

_LEAST_PX = 24


@rule(
    code="AX008",
    slug="target-small",
    severity=Severity.WARNING,
    stage=Stage.BROWSER,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link is too small for a thumb.

    ## What it does
    Measures, in Chromium on request (`--browser`), links that stand apart: at least 24 by 24 pixels
    with what is around them (WCAG 2.2, 2.5.8). For what looks like a button it advises 44 pixels of
    height. Links inside a sentence are left out.

    ## Why it matters
    A thumb hits the link beside it, or nothing.

    ## Example
    ```css
    .cta a { font-size: 12px; padding: 0; display: block; }
    ```

    ## Instead
    ```css
    .cta a { font-size: 16px; padding: 14px 24px; display: block; }
    ```
    """
    for sighting, place in seen(context, SightingKind.TARGET, (View.LIGHT, View.NARROW)):
        size = sighting.size_px
        if size is None or size < _LEAST_PX:
            yield Fault(
                what=f"{sighting.what}", place=place, fix="give it more height, or more room around it"
            )
        elif size < THUMB_PX:
            yield Fault(
                what=f"{sighting.what}, less than the {THUMB_PX} that a thumb wants",
                place=place,
                severity=Severity.INFO,
                fix="give it more padding above and below",
            )
