"""AX012: the first link of the letter is not the one to leave."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]


@rule(
    code="AX012",
    slug="leave-first",
    severity=Severity.INFO,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The first link that a reader meets is the one to unsubscribe.

    ## What it does
    Looks where the first link goes, in a letter with links of its own.

    ## Why it matters
    Who goes through a letter by keyboard, or has it read out, hears it first, every time.

    ## Example
    ```xml
    <mj-section>…<a href="{{ slot('unsubscribe_url') }}">Uitschrijven</a></mj-section>
    {{ content }}
    ```

    ## Instead
    ```xml
    {{ content }}
    <mj-section>…<a href="{{ slot('unsubscribe_url') }}">Uitschrijven</a></mj-section>
    ```
    """
    anchors = context.page.anchors
    leave = context.sample_links.get("unsubscribe_url")
    own = {link.url for link in context.document.links}
    if anchors and anchors[0].href == leave and any(anchor.href in own for anchor in anchors):
        yield Fault(
            what="the first link of the letter is the one to unsubscribe",
            place=template_place(context.issue.template),
            fix="put it at the end, below the letter",
        )
