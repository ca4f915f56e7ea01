"""MD013: nothing is left out or changed in passing."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="MD013",
    slug="markdown-note",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Something in the letter is shown otherwise than it was typed.

    ## What it does
    Reports what the Markdown reader and the renderer change so that mail programs can show it, such as
    HTML that is shown as text.

    ## Why it matters
    The author sees one thing and readers another.

    ## Example
    ```markdown
    Dit is <b>belangrijk</b>.
    ```

    ## Instead
    ```markdown
    Dit is **belangrijk**.
    ```
    """
    yield from (Fault.of(note) for note in context.document.notes)
    if context.lacks(Need.RENDERED) is None:
        known = set(context.document.notes)
        yield from (Fault.of(note) for note in context.rendered.notes if note not in known)
