"""LK023: links can be looked at."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.asked_links import asked_links, passed_on
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.link_answer import LinkState

__all__ = ["check"]

_NOT_FOR_PROGRAMS = (403, 405, 406, 429, 999)
"""Answers that many large sites give to every program, whatever stands there."""


@rule(
    code="LK023",
    slug="link-unsure",
    severity=Severity.WARNING,
    stage=Stage.NETWORK,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Nobody can tell whether a link leads anywhere.

    ## What it does
    Asks for every page that the letter links to, on request (`--network`), and tells when there is no
    verdict: the server is slow, busy, wants a password or shows nothing to a program, or the way leads
    into a private network, which is never asked. It is no fault of the letter, so it never blocks.

    ## Why it matters
    The page may be there for you and for nobody else: behind a password, or only inside your network.

    ## Example
    ```markdown
    [Het dossier](https://intranet.brief.example/dossier)
    ```

    ## Instead
    ```markdown
    [Het dossier](https://www.brief.example/dossier)
    ```
    """
    for link, answer in asked_links(context):
        if answer.state in (LinkState.UNSURE, LinkState.FORBIDDEN):
            yield Fault(
                what=f"nobody can tell whether {link.url[:100]} works: {answer.reason}",
                place=link.place,
                why=passed_on(answer),
                severity=Severity.INFO if answer.status in _NOT_FOR_PROGRAMS else None,
                fix="open it in a private window of a browser, as a reader would",
            )
