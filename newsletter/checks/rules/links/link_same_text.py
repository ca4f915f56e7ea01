"""LK010: the same words lead to the same place."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import plain_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.content.document import LinkKind
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK010",
    slug="link-same-text",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Two links with the same words lead to different places.

    ## What it does
    Compares the words and targets of all links; addresses that differ only behind # count as one.

    ## Why it matters
    In a list of links readers cannot tell them apart (WCAG 2.2, 2.4.4). It is often an address that
    was not changed after copying.

    ## Example
    ```markdown
    [Het verslag](https://brief.example/maart) en [het verslag](https://brief.example/april)
    ```

    ## Instead
    ```markdown
    [Het verslag van maart](https://brief.example/maart) en [dat van april](https://brief.example/april)
    ```
    """
    first: dict[str, str] = {}
    for link in web_links(context):
        words = plain_words(link.label)
        target = link.url.partition("#")[0].rstrip("/")
        if not words or link.kind is LinkKind.BARE:
            continue
        if first.setdefault(words, target) != target:
            yield Fault(
                what=f'"{link.label}" leads to another place than before',
                place=link.place,
                why=f"the first leads to {context.readable(first[words])}",
                fix="use other words, or the same address",
            )
