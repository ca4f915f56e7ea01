"""LK005: links show where they lead."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.domain.finding import Severity

__all__ = ["check"]

_SHORTENERS = frozenset(
    (
        "bit.ly",
        "bitly.com",
        "tinyurl.com",
        "t.co",
        "goo.gl",
        "ow.ly",
        "is.gd",
        "v.gd",
        "buff.ly",
        "lnkd.in",
        "rb.gy",
        "cutt.ly",
        "shorturl.at",
        "t.ly",
        "tiny.cc",
        "rebrand.ly",
        "bl.ink",
        "adf.ly",
        "dlvr.it",
        "fb.me",
        "wp.me",
        "youtu.be.link",
        "qr.ae",
        "shorte.st",
        "s.id",
        "soo.gd",
        "bc.vc",
        "mcaf.ee",
        "trib.al",
        "ift.tt",
        "amzn.to",
        "eepurl.com",
    )
)


@rule(
    code="LK005",
    slug="link-shortener",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link hides behind a shortener.

    ## What it does
    Looks for about thirty services that shorten addresses.

    ## Why it matters
    Readers cannot see where it leads, filters count such links as spam because spammers use them,
    and it dies when the service does.

    ## Example
    ```markdown
    [Het verhaal](https://bit.ly/3abcDEF)
    ```

    ## Instead
    ```markdown
    [Het verhaal](https://brief.example/verhaal)
    ```
    """
    for link in web_links(context):
        if link.host in _SHORTENERS:
            yield Fault(
                what=f"the link goes through {link.host}",
                place=link.place,
                why="spam filters distrust it, and readers cannot see where it leads",
                fix="open it, and write the address it leads to",
            )
