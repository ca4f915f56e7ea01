"""LK019: an address ends where it ends."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from newsletter.checks.context import CheckContext
from newsletter.checks.edits import replace_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.domain.finding import Severity

__all__ = ["check"]

_TAIL = re.compile(r"(?:[.,;:\]>'\"]|%5D|%3E|%E2%80%9D)+\Z", re.IGNORECASE)


@rule(
    code="LK019",
    slug="link-trailing-mark",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """An address ends in a punctuation mark.

    ## What it does
    Looks for addresses that end in `.`, `,`, `;`, `:`, `]`, a quotation mark, or a `)` that was not
    opened in it.

    ## Why it matters
    The mark belongs to the sentence; with it the page is not found.

    ## Example
    ```markdown
    [Het verhaal](https://brief.example/verhaal.)
    ```

    ## Instead
    ```markdown
    [Het verhaal](https://brief.example/verhaal).
    ```
    """
    for link in web_links(context):
        tail = _TAIL.search(link.url)
        marks = (
            tail[0]
            if tail
            else ")"
            if link.url.endswith(")") and link.url.count(")") > link.url.count("(")
            else ""
        )
        if marks:
            yield Fault(
                what=f'the address ends in "{unquote(marks)}"',
                place=link.place,
                why="with it the page is probably not found",
                fix=f"write {context.readable(link.url[: -len(marks)])}",
                mend=replace_words(context, link.place, link.url, link.url[: -len(marks)], is_safe=False),
            )
