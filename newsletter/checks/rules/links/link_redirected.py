"""LK026: links lead straight to their page."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from newsletter.checks.asked_links import asked_links, passed_on
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.link_answer import LinkState

__all__ = ["check"]

_MOST_HOPS = 3


@rule(
    code="LK026",
    slug="link-redirected",
    severity=Severity.INFO,
    stage=Stage.NETWORK,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link takes a long way round, or ends at another site.

    ## What it does
    Follows links, on request (`--network`), and tells when one is passed on more than three times, or ends
    at another domain than the one you wrote.

    ## Why it matters
    Every stop costs the reader time and can fail; another domain may not be what you meant.

    ## Example
    ```markdown
    [Het verhaal](https://oud.example/verhaal)
    ```

    ## Instead
    ```markdown
    [Het verhaal](https://www.brief.example/verhaal)
    ```
    """
    for link, answer in asked_links(context):
        if answer.state is not LinkState.ALIVE or not answer.hops:
            continue
        end = (urlsplit(answer.final_url).hostname or "").removeprefix("www.")
        if len(answer.hops) > _MOST_HOPS or not _are_related(end, link.host.lower()):
            yield Fault(
                what=f"{link.url[:100]} ends at {answer.final_url[:100]}",
                place=link.place,
                why=passed_on(answer),
                fix="write the address at which it ends, if it stays there",
            )


def _are_related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
