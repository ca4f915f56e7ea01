"""LK025: links lead to sites whose certificate holds."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.asked_links import asked_links
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.link_answer import LinkState

__all__ = ["check"]


@rule(
    code="LK025",
    slug="link-untrusted",
    severity=Severity.WARNING,
    stage=Stage.NETWORK,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link leads to a site whose certificate does not hold.

    ## What it does
    Asks for every page that the letter links to, on request (`--network`), and tells when the certificate
    has expired, is not valid yet, is for another name, or vouches for itself.

    ## Why it matters
    The reader's browser shows a page-wide warning in place of what you promised.

    ## Example
    ```markdown
    [Het verhaal](https://verlopen.example/verhaal)
    ```

    ## Instead
    ```markdown
    [Het verhaal](https://www.brief.example/verhaal)
    ```
    """
    for link, answer in asked_links(context):
        if answer.state is LinkState.UNTRUSTED:
            yield Fault(
                what=f"browsers warn for {link.host}: {answer.reason}",
                place=link.place,
                fix="ask whoever keeps that site to mend it, or link to another page",
            )
