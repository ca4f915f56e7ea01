"""CL001: what the template uses works where readers read."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.client_support import lacks, told_lack
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.rules.clients.layout_unsupported import carries_meaning
from newsletter.domain.finding import Severity

__all__ = ["check"]

_FINERY = frozenset(
    {
        *("accent-color", "animation", "at-font-face", "at-keyframes", "at-supports", "backdrop-filter"),
        *("background-blend-mode", "border-image", "border-radius-logical", "box-shadow", "caption-side"),
        *(
            "conic-gradient",
            "filter",
            "font-kerning",
            "font-size-adjust",
            "font-stretch",
            "hyphenate-character",
        ),
        *("letter-spacing", "linear-gradient", "mask-image", "mix-blend-mode", "orphans", "outline-offset"),
        *("pseudo-class-active", "pseudo-class-focus", "pseudo-class-focus-visible"),
        *("pseudo-class-focus-within", "pseudo-class-hover", "pseudo-class-visited", "radial-gradient"),
        *("scroll-snap", "text-decoration-color", "text-decoration-skip-ink", "text-decoration-style"),
        *("text-decoration-thickness", "text-shadow", "text-underline-offset", "text-underline-position"),
        *("text-wrap", "transform", "transition", "user-select", "widows"),
    }
)
"""What nobody misses: without it the letter is plainer, and says the same."""


@rule(
    code="CL001",
    slug="feature-unsupported",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A mail client does not support what the template uses.

    ## What it does
    Looks up every element, attribute, property and selector of the letter in the data of
    caniemail.com, for the clients in `[checks] clients`. What the packaged templates use too is left
    out, as they were made to do without it. Finery, such as shadows, is something to know.

    ## Why it matters
    Mail clients support less than browsers, and each something else. The data are tests of some
    day, which is told: look yourself before you give something up.

    ## Example
    ```css
    .kop { text-orientation: upright; }
    ```

    ## Instead
    ```css
    .kop { text-transform: uppercase; }
    ```
    """
    for lack in lacks(context):
        if lack.without and not carries_meaning(lack.feature.name):
            is_finery = lack.feature.name.removeprefix("css-") in _FINERY
            yield told_lack(context, lack, severity=Severity.INFO if is_finery else None)
