"""LK021: a link is words."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.content.document import LinkKind
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MOST = 40


@rule(
    code="LK021",
    slug="link-bare",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A long address stands in the text.

    ## What it does
    Looks for addresses of more than 40 characters that readers see as they are.

    ## Why it matters
    Screen readers spell them out, and on a phone they take three lines.

    ## Example
    ```markdown
    <https://brief.example/verhalen/2026/11/24/wat-ik-leerde-van-de-kermis>
    ```

    ## Instead
    ```markdown
    [Wat ik leerde van de kermis](https://brief.example/verhalen/2026/11/24/kermis)
    ```
    """
    for link in web_links(context):
        if link.kind is LinkKind.BARE and len(link.url) > _MOST:
            yield Fault(
                what=f"an address of {len(link.url)} characters stands in the text",
                place=link.place,
                fix="write [words that name it](the address)",
            )
