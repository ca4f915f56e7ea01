"""LK004: links are https."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.domain.finding import Severity

__all__ = ["check"]

_LOCAL = (".localhost", ".local", ".internal", ".lan", "127.0.0.1")


@rule(
    code="LK004",
    slug="link-http",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link goes to http, without encryption.

    ## What it does
    Looks for links that begin with `http://`, those to the own machine aside.

    ## Why it matters
    Browsers warn readers before they open it, and some networks refuse it.

    ## Example
    ```markdown
    [Het verhaal](http://brief.example/verhaal)
    ```

    ## Instead
    ```markdown
    [Het verhaal](https://brief.example/verhaal)
    ```
    """
    for link in web_links(context):
        if link.parts.scheme == "http" and "." in link.host and not link.host.endswith(_LOCAL):
            yield Fault(
                what=f"the link to {link.host} is not encrypted",
                place=link.place,
                why="browsers warn readers before they open it",
                fix="try https:// in a browser, and write that",
                mend=replace_words(context, link.place, "http:", "https:", is_safe=False),
            )
