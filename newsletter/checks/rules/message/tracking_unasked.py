"""MS011: nobody is followed unasked."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.followers import FollowerKind, find_followers
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_WHAT = {
    FollowerKind.TINY: "a picture nobody can see comes from {host}",
    FollowerKind.OWN: "a picture has an address of its own for every reader: {url}",
    FollowerKind.COUNTER: "opening the letter is counted at {host}",
}


@rule(
    code="MS011",
    slug="tracking-unasked",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter follows its readers, and the configuration says it does not.

    ## What it does
    While `[privacy] open_tracking` is off: looks, in the letter and in its template, for pictures of one
    pixel or hidden ones that come from the web, pictures, style sheets and fonts whose address differs
    per reader, and hosts that exist to count who opens a mail.

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
    for follower in find_followers(context.rendered.html):
        yield Fault(
            what=_WHAT[follower.kind].format(host=follower.host, url=follower.url[:100]),
            place=template_place(context.issue.template),
            why="it tells who opens the letter; [privacy] open_tracking is off",
            fix="take it out of the letter or its template",
        )
