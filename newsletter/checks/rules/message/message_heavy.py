"""MS014: a message is light enough for phones and servers."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.artefacts import WARN_MESSAGE_BYTES, message_bytes

__all__ = ["check"]


@rule(
    code="MS014",
    slug="message-heavy",
    severity=Severity.WARNING,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A whole message is heavy.

    ## What it does
    Adds up both texts and the embedded pictures, as they travel: a warning over 5,000,000 bytes.

    ## Why it matters
    Every reader gets all of it, also those who never look at the pictures; on a phone they wait, and some
    mail servers refuse a message of 10 MB.

    ## Example
    ```toml
    [images]
    delivery = "embedded"   # with five photos of a megabyte
    ```

    ## Instead
    ```toml
    [images]
    delivery = "hosted"
    ```
    """
    size = message_bytes(context.rendered, context.sample_links)
    if size <= WARN_MESSAGE_BYTES:
        return
    heaviest = max(context.rendered.pictures, key=lambda picture: len(picture.data), default=None)
    yield Fault(
        what=f"a message is about {size:,} bytes, more than {WARN_MESSAGE_BYTES:,}",
        place=context.issue.place(),
        why=f"the heaviest picture in it is {heaviest.source}" if heaviest else None,
        fix='use smaller pictures, or write under [images] in newsletter.toml: delivery = "hosted"',
    )
