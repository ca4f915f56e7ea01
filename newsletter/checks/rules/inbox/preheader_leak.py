"""IN011: behind the preheader comes nothing in the inbox."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.render.template import template_place

__all__ = ["check"]

_SHOWN = 110
_FILL = "\u034f\u200c\u200b\u00a0\u2007\u00ad\ufeff"


@rule(
    code="IN011",
    slug="preheader-leak",
    severity=Severity.INFO,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The beginning of the letter shows behind the preheader in the inbox.

    ## What it does
    Looks whether the template fills the line behind a preheader of fewer than 110 characters with
    characters that cannot be seen.

    ## Why it matters
    Mail programs fill the line with what comes next, such as the greeting or the name of a picture.

    ## Example
    ```xml
    <mj-preview>{{ preheader }}</mj-preview>
    ```

    ## Instead
    ```xml
    <mj-preview>{{ preheader }}{{ ("&#847;&zwnj;&nbsp;" * 60) | safe }}</mj-preview>
    ```
    """
    values = {slot.name: slot.fallback or slot.name for slot in context.rendered.slots}
    line = context.rendered.preheader.fill(values).strip()
    if not line or len(line) >= _SHOWN:
        return
    body = context.markup.find("body")
    words = "".join(body.itertext()) if body is not None else ""
    start = words.find(line)
    behind = words[start + len(line) :].lstrip(" \n\t") if start >= 0 else ""
    filled = len(behind) - len(behind.lstrip(_FILL + " \n\t"))
    if start >= 0 and len(line) + filled < _SHOWN:
        shown = " ".join(behind.split())[:40]
        yield Fault(
            what=f'the inbox shows "{shown}" behind the preheader',
            place=template_place(context.issue.template),
            fix="fill the line behind {{ preheader }} with &#847;&zwnj;&nbsp; in the template",
        )
