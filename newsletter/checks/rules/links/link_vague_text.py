"""LK009: a link says where it leads."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import plain_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.content.document import LinkKind
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="LK009",
    slug="link-vague-text",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The words of a link do not say where it leads.

    ## What it does
    Looks for links that are only *hier*, *klik hier*, *lees meer*, *here* or *read more*; the words
    are in the data file of the language.

    ## Why it matters
    Screen readers list links without the sentence around them (WCAG 2.2, 2.4.4), and everybody
    scans a letter by its links.

    ## Example
    ```markdown
    Het verslag staat [hier](https://brief.example/verslag).
    ```

    ## Instead
    ```markdown
    Lees [het verslag van de avond](https://brief.example/verslag).
    ```
    """
    for link in context.document.links:
        words = plain_words(link.label)
        if words in context.language.vague_links and link.kind is not LinkKind.IMAGE:
            yield Fault(
                what=f'"{context.readable(link.label)}" does not say where the link leads',
                place=context.locate(link.place, f"[{link.label}]"),
                why="screen readers list links without the sentence around them",
                fix="make a link of the words that name what is there",
            )
