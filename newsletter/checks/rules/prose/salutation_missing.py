"""TX015: a letter greets its reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import Passage, passages
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="TX015",
    slug="salutation-missing",
    severity=Severity.INFO,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter begins without a greeting.

    ## What it does
    For the template `letter`: looks whether the first paragraph, or a heading above it, begins with a
    greeting, such as *Beste* or *Dear*.

    ## Why it matters
    A personal letter begins with its reader.

    ## Example
    ```markdown
    Deze week gaat het over de Woo.
    ```

    ## Instead
    ```markdown
    Beste {{ first_name | lezer }},

    Deze week gaat het over de Woo.
    ```
    """
    if context.issue.template != "letter":
        return
    top = list(_top(passages(context)))
    words = "|".join(map(re.escape, context.language.greeting))
    greeting = re.compile(rf"[\W_]*(?:{words})(?!\w)", re.IGNORECASE)
    if top and not any(greeting.match(passage.text) for passage in top):
        yield Fault(
            what="the letter begins without a greeting", place=top[0].place, fix="greet the reader first"
        )


def _top(every: Iterable[Passage]) -> Iterator[Passage]:
    """Yield the headings that a letter begins with, and its first paragraph."""
    for passage in every:
        if passage.kind in ("paragraph", "heading"):
            yield passage
        if passage.kind == "paragraph":
            return
