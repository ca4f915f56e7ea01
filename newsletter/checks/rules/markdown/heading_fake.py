"""MD006: a heading is made a heading."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.content.inline_text import inline_text
from newsletter.content.tree import grow
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MOST = 10


@rule(
    code="MD006",
    slug="heading-fake",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
    blocked_by=("MD012",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A bold line looks like a heading and is none.

    ## What it does
    Looks for a paragraph of at most ten words that is bold as a whole, and does not end like a
    sentence.

    ## Why it matters
    Who listens to the letter cannot jump to it (WCAG 2.2, 1.3.1), and it has not the looks of the
    template's headings.

    ## Example
    ```markdown
    **Wat ik zou doen**
    ```

    ## Instead
    ```markdown
    ## Wat ik zou doen
    ```
    """
    for node in grow(context.document.tokens):
        if node.kind != "paragraph":
            continue
        seen = [child for child in node.inline if child.type != "text" or child.content.strip()]
        words = inline_text(node.inline).strip()
        is_bold = len(seen) >= 3 and seen[0].type == "strong_open" and seen[-1].type == "strong_close"
        if not is_bold or sum(child.type == "strong_open" for child in seen) != 1:
            continue
        if len(words.split()) <= _MOST and words[-1:] not in ".!?:,;…":
            line = node.token.map[0] if node.token.map else 0
            yield Fault(
                what=f'"{context.readable(words)}" looks like a heading',
                place=context.issue.body_place(line),
                fix="write ## before it instead of the stars",
            )
