"""AX001: the rendered letter says its language."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]


@rule(
    code="AX001",
    slug="lang-missing",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The rendered letter does not say its language.

    ## What it does
    Looks for `lang` on `<html>`; `und` (undetermined) counts as none, and so does another language
    than the issue's.

    ## Why it matters
    Screen readers choose their voice by it (WCAG 2.2, 3.1.1).

    ## Example
    ```xml
    <mjml>
    ```

    ## Instead
    ```xml
    <mjml lang="{{ lang }}" dir="{{ dir }}">
    ```
    """
    told = (context.markup.get("lang") or "").lower()
    lang = context.issue.lang.lower()
    if not told or told == "und" or told.partition("-")[0] != lang.partition("-")[0]:
        yield Fault(
            what=f'the letter says lang="{told}", and is in {lang}'
            if told
            else "the letter does not say its language",
            place=template_place(context.issue.template),
            why="screen readers choose their voice by it",
            fix='write <mjml lang="{{ lang }}" dir="{{ dir }}"> in the template',
        )
