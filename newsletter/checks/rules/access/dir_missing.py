"""AX002: the rendered letter says which way it runs."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]


@rule(
    code="AX002",
    slug="dir-missing",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The rendered letter does not say which way its text runs.

    ## What it does
    Looks for `dir="ltr"` or `dir="rtl"` on `<html>` or on an element inside the body.

    ## Why it matters
    Gmail drops `<html>`, and puts a letter without `dir` inside a page that may run the other way
    (Email Markup Consortium).

    ## Example
    ```xml
    <mjml lang="nl">
    ```

    ## Instead
    ```xml
    <mjml lang="{{ lang }}" dir="{{ dir }}">
    ```
    """
    if not any(
        element.get("dir") in ("ltr", "rtl")
        for element in context.markup.iter("html", "body", "div", "table")
    ):
        yield Fault(
            what="the letter does not say which way its text runs",
            place=template_place(context.issue.template),
            fix='write <mjml lang="{{ lang }}" dir="{{ dir }}"> in the template',
        )
