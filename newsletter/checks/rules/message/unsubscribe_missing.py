"""MS006: every reader can leave."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.config.places import config_place
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]


@rule(
    code="MS006",
    slug="unsubscribe-missing",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
    waivable=False,
)
def check(context: CheckContext) -> Iterable[Fault]:
    """There is no unsubscribe link.

    ## What it does
    Looks in the HTML for a link that can be seen and leads to the reader's own unsubscribe address, and
    for that address in the plain text. The public address of the newsletter must be known.

    ## Why it matters
    The law requires it (in the Netherlands art. 11.7 Telecommunicatiewet), Gmail and Yahoo refuse mail
    without it, and who cannot leave presses the spam button.

    ## Example
    ```xml
    <mj-text>Bedankt voor het lezen.</mj-text>
    ```

    ## Instead
    ```xml
    <mj-text><a href="{{ slot('unsubscribe_url') }}">Uitschrijven</a></mj-text>
    ```
    """
    config = context.config
    if not config.newsletter.base_url.lower().startswith(("https://", "http://")):
        yield Fault(
            what="the unsubscribe link leads nowhere: the public address of the newsletter is not known",
            place=config_place(config, "newsletter", "base_url"),
            fix='add under [newsletter]: base_url = "https://your.domain"',
        )
    link = context.sample_links["unsubscribe_url"]
    template = template_place(context.issue.template)
    if not any(anchor.href == link and anchor.label for anchor in context.page.anchors):
        yield Fault(
            what="the letter has no unsubscribe link",
            place=template,
            why="the law and the large mail services require one",
            fix="add a link to {{ unsubscribe_url }} to the letter, or use a template with a footer",
        )
    if not any(hole.slot.name == "unsubscribe_url" for hole in context.rendered.text.holes()):
        yield Fault(
            what="the plain text has no unsubscribe link",
            place=template,
            why="who reads the text must be able to leave as well",
            fix="add a link to {{ unsubscribe_url }} to the letter",
        )
