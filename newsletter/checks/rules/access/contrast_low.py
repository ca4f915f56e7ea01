"""AX003: text can be told from what is behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from newsletter.checks.context import CheckContext
from newsletter.checks.dark import in_dark
from newsletter.checks.leaves import Leaf, leaves
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.colour import Colour, Showing, contrast, nearest_readable, worst_contrast
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place
from newsletter.source import Place

__all__ = ["check"]

_NORMAL, _LARGE = 4.5, 3.0
_TURNED = "; some mail programs turn the colours of a letter round"


@rule(
    code="AX003",
    slug="contrast-low",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Text has too little contrast.

    ## What it does
    Works out the colour of every piece of text and of what is behind it, in light, by the letter's own rules
    for the dark, and as mail programs turn colours round, and compares them: 4.5 to 1, or 3 to 1 for large
    text. Text on a picture is left out; what is low only once a program has turned it is a warning.

    ## Why it matters
    Many readers cannot read it, in the sun nobody can (WCAG 2.2, 1.4.3).

    ## Example
    ```xml
    <mj-text color="#aaaaaa">Uitschrijven</mj-text>
    ```

    ## Instead
    ```xml
    <mj-text color="#595959">Uitschrijven</mj-text>
    ```
    """
    place = template_place(context.issue.template)
    dark = in_dark(context.markup)
    told: set[tuple[str, str, bool]] = set()
    for root, is_dark in ((context.markup, False), *(((dark, True),) if dark is not None else ())):
        for leaf in leaves(root):
            low = _low(leaf)
            if low is not None and (low.text, low.ground, is_dark) not in told:
                told.add((low.text, low.ground, is_dark))
                yield _fault(leaf, low, place, is_dark=is_dark)


@dataclass(frozen=True, slots=True)
class _Low:
    """A text that cannot be read well: its colours, the lowest contrast, how it is shown then, the least."""

    text: str
    ground: str
    ratio: float
    showing: Showing
    least: float


def _low(leaf: Leaf) -> _Low | None:
    """Return what is wrong with the colours of `leaf`; None for hidden text, and on pictures."""
    text, ground = leaf.color, leaf.background
    if leaf.is_preheader or text is None or ground is None or text == ground:
        return None
    least = _LARGE if leaf.is_large else _NORMAL
    pair = Colour.parse(text), Colour.parse(ground)
    ratio, showing = contrast(*pair), Showing.DESIGNED
    if ratio >= least:
        ratio, showing = worst_contrast(*pair)
    return _Low(text, ground, ratio, showing, least) if ratio < least else None


def _fault(leaf: Leaf, low: _Low, place: Place, *, is_dark: bool) -> Fault:
    better = nearest_readable(Colour.parse(low.text), [Colour.parse(low.ground)])
    ratio = f"{low.ratio:.1f} to 1{' in the dark' if is_dark else ''}"
    how = "" if low.showing is Showing.DESIGNED else f" {low.showing}"
    return Fault(
        what=f'"{leaf.text[:40]}" has a contrast of {ratio}{how}, less than {low.least:g}',
        place=place,
        why=f"{low.text} on {low.ground}{_TURNED if how else ''}",
        fix=f"write {better} for the text" if better else f"make {low.ground} darker or lighter first",
        severity=Severity.WARNING if how else None,
    )
