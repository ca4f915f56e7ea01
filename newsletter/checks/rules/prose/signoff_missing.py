"""TX013: a letter is signed."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.closing import closing_passage, has_signature, is_name
from newsletter.checks.context import CheckContext
from newsletter.checks.prose import passages
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="TX013",
    slug="signoff-missing",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.DOCUMENT, Need.LANGUAGE),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter has no sign-off.

    ## What it does
    For the template `letter`: looks in the last blocks for words of parting, such as *groet* and
    *kind regards*, for a name alone at the very end, or for `::: signature`. What follows a *P.S.* is
    left out.

    ## Why it matters
    A personal letter that stops without a name reads as if half of it was lost.

    ## Example
    ```markdown
    Tot zover het nieuws.
    ```

    ## Instead
    ```markdown
    Hartelijke groet,
    Renata
    ```
    """
    if context.issue.template != "letter" or has_signature(context):
        return
    *_, last = passages(context)
    if not closing_passage(context) and not is_name(last):
        yield Fault(
            what="the letter has no sign-off",
            place=last.place,
            why="it reads as if the end was lost",
            fix="close with a greeting and your name",
        )
