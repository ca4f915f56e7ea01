"""LK022: links lead to pages that are there."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.asked_links import asked_links, passed_on
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.link_answer import LinkState

__all__ = ["check"]


@rule(
    code="LK022",
    slug="link-dead",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link leads to a page that is not there.

    ## What it does
    Asks for every page that the letter links to, on request (`--network`): first with HEAD, then with GET
    where that says little. A page is dead when the server says so (404, 410), or when there is no such
    host. A server that is slow, busy or closed to programs is no reason; LK023 tells.

    ## Why it matters
    A reader who clicks and finds nothing does not come back to look for the page.

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
        if answer.state is LinkState.GONE:
            yield Fault(
                what=f"the link to {link.url[:100]} is dead: {answer.reason}",
                place=link.place,
                why=passed_on(answer),
                fix="open it in a browser; write where the page is now, or take the link out",
            )
