"""LK024: links lead to the page that was meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from newsletter.checks.asked_links import asked_links
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.link_answer import LinkState

__all__ = ["check"]

_NOT_THERE = re.compile(r"\b(?:404|not found|niet gevonden|bestaat niet|page missing)\b", re.IGNORECASE)


@rule(
    code="LK024",
    slug="link-soft-dead",
    severity=Severity.WARNING,
    stage=Stage.NETWORK,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link ends at the front page, or at a page that says it is not there.

    ## What it does
    Looks at links that are passed on, on request (`--network`): whether they end at the front page of the
    same site although they meant a page in it, or at a page whose title says *niet gevonden*, *not found*
    or 404.

    ## Why it matters
    The server calls it a success, and the reader still does not find what you promised.

    ## Example
    ```markdown
    [Het verslag](https://www.brief.example/verslag-2019)
    ```

    ## Instead
    ```markdown
    [Het verslag](https://www.brief.example/archief/verslag-2019)
    ```
    """
    for link, answer in asked_links(context):
        if answer.state is not LinkState.ALIVE:
            continue
        if _NOT_THERE.search(answer.title):
            yield Fault(
                what=f'{link.url[:100]} ends at a page called "{answer.title[:60]}"',
                place=link.place,
                fix="open it in a browser, and write where the page is now",
            )
        elif answer.hops and _is_front(answer.final_url) and not _is_front(link.url):
            yield Fault(
                what=f"{link.url[:100]} ends at the front page of the site",
                place=link.place,
                why="the page that was meant is no longer there",
                fix=f"write where it is now, or link to {answer.final_url[:100]} if that is what you mean",
            )


def _is_front(url: str) -> bool:
    return not urlsplit(url).path.strip("/")
