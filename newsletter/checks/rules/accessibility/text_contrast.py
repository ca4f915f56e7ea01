"""AX003: text stands out from what is behind it."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.leaf_text import LeafText, leaf_texts
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.colour import MIN_CONTRAST, Colour, Showing, contrast, nearest_readable, worst_contrast
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_LARGE = 3.0


@rule(
    code="AX003",
    slug="text-contrast",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Text is hard to tell from what is behind it.

    ## What it does
    Measures the colour of every word against its background, as written in the elements (WCAG 2.2, 1.4.3):
    4.5 to 1, and 3 to 1 for large text. It warns where the pair only fails once a mail program has turned
    the colours round.

    ## Why it matters
    One reader in twelve sees colours less well, and everybody reads in the sun now and then.

    ## Example
    ```xml
    <mj-text color="#999999">Tot volgende week</mj-text>
    ```

    ## Instead
    ```xml
    <mj-text color="{{ theme.light.soft }}">Tot volgende week</mj-text>
    ```
    """
    values = {slot.name: slot.fallback or slot.name for slot in context.rendered.slots if not slot.is_link}
    seen: set[tuple[Colour, Colour]] = set()
    for text in leaf_texts(context.rendered.html.fill({**values, **context.sample_links})):
        if text.colour is None or text.ground is None or (text.colour, text.ground) in seen:
            continue
        fault = _fault(context, text, text.colour, text.ground)
        if fault is not None:
            seen.add((text.colour, text.ground))
            yield fault


def _fault(context: CheckContext, text: LeafText, colour: Colour, ground: Colour) -> Fault | None:
    needed = _LARGE if text.is_large else MIN_CONTRAST
    designed = contrast(colour, ground)
    worst, showing = worst_contrast(colour, ground)
    if worst >= needed:
        return None
    is_designed = designed < needed
    ratio, how = (designed, Showing.DESIGNED) if is_designed else (worst, showing)
    better = nearest_readable(colour, [ground])
    shown = f"{ratio:.2f} to 1" + ("" if is_designed else f" when {how}")
    return Fault(
        what=f'"{text.words[:40]}" is {colour} on {ground}: a contrast of {shown}',
        place=template_place(context.issue.template),
        why=f"WCAG 2.2 (1.4.3) asks for {needed:g} to 1",
        fix=f"make the text {better}" if better else "make what is behind it lighter or darker",
        severity=None if is_designed else Severity.WARNING,
    )
