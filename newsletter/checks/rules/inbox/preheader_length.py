"""IN010: the preheader fits beside the subject."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LEAST, _MOST = 30, 110


@rule(
    code="IN010",
    slug="preheader-length",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The preheader is very short or very long.

    ## What it does
    Counts its characters: fewer than 30 or more than 110 is something to know.

    ## Why it matters
    A short one is filled up with the greeting; of a long one the end is never seen.

    ## Example
    ```yaml
    preheader: "Lees snel."
    ```

    ## Instead
    ```yaml
    preheader: "Drie vragen die je helpen kiezen, en wat lezers vorige keer schreven."
    ```
    """
    length = len(context.issue.preheader.strip())
    if length and not _LEAST <= length <= _MOST:
        yield Fault(
            what=f"the preheader has {length} characters",
            place=context.issue.place("preheader"),
            why=f"mail programs show {_LEAST} to {_MOST}",
        )
