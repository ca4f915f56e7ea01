"""MS005: the plain text is text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.sample import sample_text
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MARKUP = re.compile(r"&(?:amp|nbsp|lt|gt|quot|#\d{2,5});|</(?:p|div|span|td|a|b|strong|br)>", re.IGNORECASE)


@rule(
    code="MS005",
    slug="text-format",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
    blocked_by=("MD013",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The plain text holds what belongs in HTML.

    ## What it does
    Looks in the plain text part for character references such as `&amp;` and `&nbsp;`, and for
    tags. HTML that the author typed is told by MD013.

    ## Why it matters
    Readers of plain text, and of watches and cars, see them as they stand.

    ## Example
    ```markdown
    Vraag &amp; antwoord
    ```

    ## Instead
    ```markdown
    Vraag & antwoord
    ```
    """
    text = sample_text(context.rendered, context.sample_links)
    match = _MARKUP.search(text)
    if match:
        yield Fault(
            what=f'the plain text holds "{match[0]}"',
            place=context.issue.place(),
            why="who reads plain text sees it as it stands",
            fix="write the character itself, or put it in code if it is meant to be read",
        )
