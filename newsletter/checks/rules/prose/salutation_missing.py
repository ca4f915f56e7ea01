"""TX015: a letter greets its reader."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages
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
    For the template `letter`: looks whether the first paragraph begins with a greeting, such as
    *Beste* or *Dear*.

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
    first = next((passage for passage in passages(context) if passage.kind in ("paragraph", "heading")), None)
    greetings = tuple(context.language.greeting)
    if first is not None and not first.text.strip().lower().startswith(greetings):
        yield Fault(
            what="the letter begins without a greeting", place=first.place, fix="greet the reader first"
        )
