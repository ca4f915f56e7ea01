"""LK007: campaign names are of this letter."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import parse_qs

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.web_links import web_links
from newsletter.domain.finding import Severity

__all__ = ["check"]

_YEARS = 1900


@rule(
    code="LK007",
    slug="link-campaign-stale",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A link is counted for an earlier letter.

    ## What it does
    When the issue has a `number`: looks for `utm_campaign` with another number in it. Also for the
    slug of another issue in `utm_campaign`.

    ## Why it matters
    The link was copied with its counting code, so the clicks of this letter are added to those of
    the other.

    ## Example
    ```yaml
    number: 13   # and a link has ?utm_campaign=brief-12
    ```

    ## Instead
    ```yaml
    number: 13   # and the link has ?utm_campaign=brief-13
    ```
    """
    issue = context.issue
    others = {other.slug for other in context.other_issues} - {issue.slug}
    for link in web_links(context):
        for name in parse_qs(link.parts.query).get("utm_campaign", ()):
            numbers = [
                int(digits) for digits in re.findall(r"(?<!\d)\d{1,4}(?!\d)", name) if int(digits) < _YEARS
            ]
            is_other = issue.number is not None and numbers and issue.number not in numbers
            if is_other or name in others:
                yield Fault(
                    what=f'the link is counted for "{context.readable(name)}"',
                    place=link.place,
                    why="its clicks would be added to those of an earlier letter",
                    fix="write the name of this letter behind utm_campaign=",
                )
