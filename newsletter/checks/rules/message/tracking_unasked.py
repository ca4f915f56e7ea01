"""MS011: nobody is followed unasked."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_TINY = ("0", "1", "0px", "1px")


@rule(
    code="MS011",
    slug="tracking-unasked",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter follows its readers, and the configuration says it does not.

    ## What it does
    While `[privacy] open_tracking` is off: looks for pictures of one pixel, and pictures whose
    address names a reader, that come from the web.

    ## Why it matters
    Dutch law asks for consent before one is put in (Tw 11.7a), and readers were promised there is
    none.

    ## Example
    ```xml
    <mj-image width="1px" src="https://elders.example/open.gif" />
    ```

    ## Instead
    ```xml
    <!-- no such picture, or [privacy] open_tracking = true and consent -->
    ```
    """
    if context.config.privacy.open_tracking:
        return
    for element in context.markup.iter("img"):
        source = element.get("src") or ""
        is_tiny = element.get("width") in _TINY or element.get("height") in _TINY
        if is_tiny and source.startswith(("http://", "https://")):
            yield Fault(
                what=f"a picture of one pixel comes from {urlsplit(source).hostname}",
                place=template_place(context.issue.template),
                why="it tells who opens the letter; [privacy] open_tracking is off",
                fix="take it out of the template",
            )
