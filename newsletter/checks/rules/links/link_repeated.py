"""LK027: readers have not had this link before."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.domain.finding import Severity

__all__ = ["check"]

_FIXED = 2


@rule(
    code="LK027",
    slug="link-repeated",
    severity=Severity.INFO,
    stage=Stage.PROJECT,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """An earlier letter had the same link.

    ## What it does
    Compares the links of the body with those of earlier issues in `issues/`: by `date`, else by
    file name. Links of three or more earlier letters count as fixed parts and are left out.

    ## Why it matters
    Nothing is wrong with it, if you mean it; readers may think they get old news.

    ## Example
    ```markdown
    [De handreiking](https://brief.example/handreiking)   <!-- as in the last letter -->
    ```

    ## Instead
    ```markdown
    [De handreiking van vorige keer](https://brief.example/handreiking)
    ```
    """
    earlier = [other for other in context.other_issues if other.shown_path < context.shown_path]
    told: set[str] = set()
    for link in web_links(context):
        having = [other.shown_path for other in earlier if link.url in other.links]
        if 0 < len(having) <= _FIXED and link.url not in told and link.parts.path.strip("/"):
            told.add(link.url)
            yield Fault(
                what=f"this link stood in {having[-1]} too",
                place=link.place,
                fix="if you mean it, nothing; readers may have read it",
            )
