"""MS004: the plain text says what the HTML says."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_WORD = re.compile(r"[^\W\d_]{4,}")
_FEW = 40
_MOST_MISSING = 0.3


@rule(
    code="MS004",
    slug="text-short",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
    blocked_by=("MS003",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The plain text lacks much of what the HTML says.

    ## What it does
    Compares the words of four letters and more: at least 70 % of those in the HTML must be in the text.

    ## Why it matters
    Who reads the text gets another letter, and a difference like that is what spam looks like.

    ## Example
    ```markdown
    (a template with a story that is not in the issue)
    ```

    ## Instead
    ```markdown
    (the story in the issue, so that both parts have it)
    ```
    """
    words = set(_WORD.findall(context.page.text.lower()))
    text = set(_WORD.findall(context.rendered.text.fill(context.sample_links).lower()))
    if len(words) < _FEW:
        return
    missing = sorted(words - text)
    if len(missing) > _MOST_MISSING * len(words):
        yield Fault(
            what=f"{len(missing)} of {len(words)} words of the HTML are not in the plain text",
            place=context.issue.place(),
            why=f"among them: {', '.join(missing[:8])}",
            fix="put what the template says in the issue, so that both parts have it",
        )
