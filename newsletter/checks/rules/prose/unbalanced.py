"""TX018: what is opened is closed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages, place_in
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_NO_BRACKET = re.compile(r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|(?<!\w)[:;=]-?[()]+")
_POINT = re.compile(r"(?<!\w)(?:\w|\d{2,3})\\?\)")


@rule(
    code="TX018",
    slug="unbalanced",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A bracket or quotation mark is opened and not closed.

    ## What it does
    Counts “ and ”, „ and “, ( and ) in each block. Smileys and *a)* are left out, and a quotation that
    goes on in the next block, which then begins with “ again.

    ## Why it matters
    Half an aside makes readers look for the other half.

    ## Example
    ```markdown
    Dat zei ze (en ze meende het.
    ```

    ## Instead
    ```markdown
    Dat zei ze (en ze meende het).
    ```
    """
    every = list(passages(context, keep_addresses=True))
    for passage, following in zip_longest(every, every[1:]):
        text = _NO_BRACKET.sub(lambda match: " " * len(match[0]), passage.text)
        opened, closed = text.count("("), text.count(")")
        if opened != closed and not 0 < closed - opened <= len(_POINT.findall(text)):
            mark = "(" if opened > closed else ")"
            yield Fault(
                what=f'"{mark}" has no partner in this block',
                place=place_in(context, passage, max(text.rfind(mark), 0), mark),
                fix="write the other half, or take this one out",
            )
        elif "„" not in text and text.count("“") > text.count("”"):
            if following and following.text.lstrip().startswith("“"):
                continue
            yield Fault(
                what="“ is opened and not closed in this block",
                place=place_in(context, passage, text.rfind("“"), "“"),
                fix="write ” where the quotation ends",
            )
