"""IM016: pictures are where readers' programs will look for them."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.answers import picture_answers
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.link_answer import LinkAnswer, LinkState
from newsletter.render.template import template_place

__all__ = ["check"]


@rule(
    code="IM016",
    slug="image-unreachable",
    severity=Severity.ERROR,
    stage=Stage.NETWORK,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture is not where readers' programs will look for it.

    ## What it does
    Asks, on request (`--network`), for every picture that is fetched when the letter is opened: your
    own at `base_url`, and those of other sites. It is an error when the server says that the picture is
    not there, or there is no such host; no answer is a warning. Pictures inside the message are left
    out.

    ## Why it matters
    Readers see an empty box where your picture was meant to be.

    ## Example
    ```toml
    [images]
    delivery = "hosted"       # and the files of `newsletter build` are not on the site yet
    ```

    ## Instead
    ```toml
    [images]
    delivery = "embedded"
    ```
    """
    places = {image.source: image.place for image in context.document.images}
    for source, answer in picture_answers(context):
        reason = _reason(answer)
        if reason is None:
            continue
        place = places.get(source) or template_place(context.issue.template)
        yield Fault(
            what=f"the picture {source} is not at {answer.url[:120]}: {reason}",
            place=context.locate(place, source),
            severity=None if answer.state is LinkState.GONE else Severity.WARNING,
            fix="put the file there, as `newsletter build` writes it, before you send",
        )


def _reason(answer: LinkAnswer) -> str | None:
    """Return what is wrong; None when the picture is there, or cannot be asked for by a program."""
    if answer.state is LinkState.ALIVE or (answer.state is LinkState.UNSURE and answer.status is not None):
        return None
    return answer.reason
