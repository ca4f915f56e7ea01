"""AX007: the page of the letter has a name."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]


@rule(
    code="AX007",
    slug="title-missing",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The rendered letter has no title.

    ## What it does
    Looks for `<title>` with words.

    ## Why it matters
    It is the name of the browser's tab when the letter is read online, and the first thing a screen
    reader says there (WCAG 2.2, 2.4.2).

    ## Example
    ```xml
    <mj-head></mj-head>
    ```

    ## Instead
    ```xml
    <mj-head><mj-title>{{ subject }}</mj-title></mj-head>
    ```
    """
    title = next(context.markup.iter("title"), None)
    if title is None or not (title.text or "").strip():
        yield Fault(
            what="the letter has no title",
            place=template_place(context.issue.template),
            fix="write <mj-title>{{ subject }}</mj-title> in mj-head",
        )
