"""TP011: Gmail keeps the style sheets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.slot import SlottedText
from newsletter.render.template import template_place

__all__ = ["check"]

_LIMIT = 16_000
_STYLE = re.compile(r"<style\b[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)


@rule(
    code="TP011",
    slug="style-too-large",
    severity=Severity.ERROR,
    stage=Stage.RENDERED,
    needs=(Need.RENDERED,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The style sheets are larger than Gmail reads.

    ## What it does
    Adds up the style elements in the head of the letter: an error over 16,000 bytes.

    ## Why it matters
    Gmail leaves out every style sheet beyond 16 kB (caniemail, HTML `style` element), and the letter loses
    its looks on phones.

    ## Example
    ```xml
    <mj-style>…hundreds of rules…</mj-style>
    ```

    ## Instead
    ```xml
    <mj-style inline="inline">…the same rules, written into the elements…</mj-style>
    ```
    """
    size = sum(len(style.encode()) for style in _STYLE.findall(_fixed(context.rendered.html)))
    if size > _LIMIT:
        yield Fault(
            what=f"the style sheets are {size:,} bytes, more than {_LIMIT:,}",
            place=template_place(context.issue.template),
            why="Gmail reads no more than that, and leaves out the rest",
            fix='leave rules out, or write <mj-style inline="inline"> around those that elements can carry',
        )


def _fixed(text: SlottedText) -> str:
    return "".join(part for part in text.parts if isinstance(part, str))
