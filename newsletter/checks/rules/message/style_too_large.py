"""MS002: Gmail keeps the style sheet."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_MOST = 16_000


@rule(
    code="MS002",
    slug="style-too-large",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The style sheet is so large that Gmail drops it.

    ## What it does
    Adds up the characters inside `<style>` of the rendered letter: more than 16,000 is too much.

    ## Why it matters
    Gmail drops the style that goes beyond 16 kB, and with it dark mode and the layout on phones
    (email-bugs 90).

    ## Example
    ```xml
    <mj-style>/* 20,000 characters */</mj-style>
    ```

    ## Instead
    ```xml
    <mj-style>/* what the letter uses */</mj-style>
    ```
    """
    size = sum(len(element.text or "") for element in context.markup.iter("style"))
    if size > _MOST:
        yield Fault(
            what=f"the style sheet has {size:,} characters, more than {_MOST:,}",
            place=template_place(context.issue.template),
            why="Gmail drops what goes beyond, and with it dark mode and the layout on phones",
            fix="take what is not used out of mj-style",
        )
