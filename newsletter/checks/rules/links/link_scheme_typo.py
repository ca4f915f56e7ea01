"""LK014: every link begins with a scheme that exists."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.targets import KNOWN_SCHEMES, TargetKind, targets
from newsletter.domain.finding import Severity
from newsletter.domain.nearest import nearest

__all__ = ["check"]


@rule(
    code="LK014",
    slug="link-scheme-typo",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("MD012", "TP001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link begins with a scheme that does not exist, or has no host behind it.

    ## What it does
    Looks for slips such as `htps://`, `https:/brief.example` and `https://` alone.

    ## Why it matters
    The mail program does not know what to do with it.

    ## Example
    ```markdown
    [Het verhaal](htps://brief.example/verhaal)
    ```

    ## Instead
    ```markdown
    [Het verhaal](https://brief.example/verhaal)
    ```
    """
    for target in targets(context, TargetKind.MISTYPED):
        scheme = target.url.partition(":")[0].lower()
        near = nearest(scheme, ("https", "http", "mailto", "tel"))
        yield Fault(
            what=f'the link "{target.label}" begins with {scheme}:, and that leads nowhere'
            if scheme not in KNOWN_SCHEMES
            else f"{target.url} has no host",
            place=target.place,
            fix=f"did you mean {near}:?" if near and near != scheme else "write https://host/…",
        )
