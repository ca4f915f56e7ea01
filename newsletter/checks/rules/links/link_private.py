"""LK018: readers may open what is linked to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.domain.finding import Severity

__all__ = ["check"]

_PRIVATE = re.compile(
    r"\A(?:docs|drive)\.google\.com/.*/(?:edit|preview\?)|\.sharepoint\.com/|-my\.sharepoint\.com|\A1drv\.ms/"
    r"|/wp-admin/|/wp-login|[?&](?:preview|draft)=(?:true|1)\b|[?&]preview_id=|\Apaper\.dropbox\.com/|/umbraco/?(?:\?|\Z)"
    r"|\Amail\.google\.com/|\Aoutlook\.office|/typo3/|\Aapp\.(?:mailchimp|laposta)\.",
    re.IGNORECASE,
)


@rule(
    code="LK018",
    slug="link-private",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link leads to a page only its makers can open.

    ## What it does
    Looks for documents opened for editing (Google Docs, SharePoint, Dropbox Paper), admin pages and
    previews of drafts.

    ## Why it matters
    You can open it because you are logged in; readers get a request to log in, or change your text.

    ## Example
    ```markdown
    [Het verslag](https://docs.google.com/document/d/abc/edit)
    ```

    ## Instead
    ```markdown
    [Het verslag](https://brief.example/verslag)
    ```
    """
    for link in web_links(context):
        if _PRIVATE.search(f"{link.host}{link.parts.path}?{link.parts.query}"):
            yield Fault(
                what=f"the link to {link.host} is for those who make the page",
                place=link.place,
                why="readers are asked to log in, or may change your text",
                fix="publish it, and link to the published page; try it in a private window",
            )
