"""IM014: pictures are your own files."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IM014",
    slug="image-hotlink",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A picture comes from somebody else's site.

    ## What it does
    Looks for pictures with an address at another host than `base_url`.

    ## Why it matters
    It can change or go tomorrow, its owner sees who opens your letter, and you may not have the
    right to show it.

    ## Example
    ```markdown
    ![De kade](https://elders.example/kade.jpg)
    ```

    ## Instead
    ```markdown
    ![De kade](img/kade.jpg)
    ```
    """
    own = (urlsplit(context.config.newsletter.base_url).hostname or "").removeprefix("www.")
    for image in context.document.images:
        host = _host(image.source)
        if host and not (own and (host == own or host.endswith(f".{own}"))):
            yield Fault(
                what=f"the picture comes from {host}",
                place=context.locate(image.place, image.source),
                why="its owner can change it, and sees who opens your letter",
                fix="save it beside the letter, if you may: ![…](img/name.jpg)",
            )


def _host(source: str) -> str:
    try:
        parts = urlsplit(source)
        return (parts.hostname or "").removeprefix("www.") if parts.scheme in ("http", "https") else ""
    except ValueError:  # another rule tells
        return ""
