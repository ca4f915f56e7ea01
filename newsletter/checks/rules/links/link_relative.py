"""LK011: every link has a whole address."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.targets import TargetKind, targets
from newsletter.domain.finding import Severity

__all__ = ["check"]

_HOST = re.compile(
    r"(?:www\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?!html?$|pdf$|php$|docx?$|md$)[a-z]{2,}(?::\d+)?", re.IGNORECASE
)


@rule(
    code="LK011",
    slug="link-relative",
    severity=Severity.ERROR,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    suppresses=("MD012", "TP001"),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link has no host.

    ## What it does
    Looks for links such as `verhaal.html`, `/verhaal` or `www.brief.example`, which begin without
    `https://`.

    ## Why it matters
    A relative address is counted from the page it stands on, and a mail stands on none.

    ## Example
    ```markdown
    Lees [het hele verhaal](/verhaal).
    ```

    ## Instead
    ```markdown
    Lees [het hele verhaal](https://brief.example/verhaal).
    ```
    """
    for target in targets(context, TargetKind.RELATIVE):
        yield Fault(
            what=f'the link "{target.label}" goes to {target.url}, which is not a whole address',
            place=target.place,
            why="a mail has no page of its own to count from",
            fix=f"did you mean {_whole(target.url, context.config.newsletter.base_url)}?",
        )


def _whole(url: str, base_url: str) -> str:
    first = url.lstrip("/").partition("/")[0]
    if "@" in first:
        return f"mailto:{url}"
    if url.startswith("//") or (not url.startswith(("/", ".")) and _HOST.fullmatch(first)):
        return f"https://{url.lstrip('/')}"
    return f"{base_url.rstrip('/') or 'https://…'}/{url.lstrip('./')}"
