"""TP009: opening the letter asks nothing of other sites."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from lxml import html

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_IN_CSS = re.compile(
    r"""(?:@import\s+(?:url\()?|url\()\s*["']?\s*((?:https?:)?//[^"')\s;]+)""", re.IGNORECASE
)
_LOADING = ("src", "poster", "data", "background")


@rule(
    code="TP009",
    slug="remote-asset",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Opening the letter fetches something from another site.

    ## What it does
    Looks for fonts, style sheets, scripts and pictures that the template takes from elsewhere than the
    address of the newsletter. Pictures in the text of the issue are not its business.

    ## Why it matters
    That site sees who opens the letter and when, and can change or lose what it serves; most mail programs
    block it.

    ## Example
    ```xml
    <mj-font name="Inter" href="https://fonts.example.com/inter.css" />
    ```

    ## Instead
    ```toml
    [theme]
    text_font = "Verdana, sans-serif"
    ```
    """
    home = urlsplit(context.config.newsletter.base_url).hostname
    own = {image.source for image in context.document.images}
    place = template_place(context.issue.template)
    source = context.rendered.html.fill({slot.name: slot.name for slot in context.rendered.slots})
    for url in dict.fromkeys(_loaded(source)):
        host = urlsplit(url).hostname
        if host and host != home and url not in own:
            yield Fault(
                what=f"opening the letter fetches {url[:100]}",
                place=place,
                why=f"{host} sees who opens the letter, and when",
                fix="leave it out, or put the file in the project",
            )


def _loaded(source: str) -> Iterator[str]:
    root = html.document_fromstring(source.encode("utf-8", "replace") or b"<p></p>")
    for element in root.iter():
        loading = (*_LOADING, "href") if element.tag == "link" else _LOADING
        several = [part.strip().split(" ")[0] for part in (element.get("srcset") or "").split(",")]
        for value in (*map(element.get, loading), *several):
            if value and "//" in value:
                yield value.strip()
        for css in (element.get("style"), element.text if element.tag == "style" else None):
            yield from _IN_CSS.findall(css or "")
