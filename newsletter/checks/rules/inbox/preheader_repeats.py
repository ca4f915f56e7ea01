"""IN009: the preheader says something else."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import plain_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IN009",
    slug="preheader-repeats",
    severity=Severity.WARNING,
    stage=Stage.SOURCE,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The preheader says what the subject says.

    ## What it does
    Compares the two without letter case and punctuation.

    ## Why it matters
    The reader sees the same line twice, and you lose a line to say why to read on.

    ## Example
    ```yaml
    subject: "Kort nieuws"
    preheader: "Kort nieuws."
    ```

    ## Instead
    ```yaml
    subject: "Kort nieuws"
    preheader: "Drie dingen die deze week veranderen."
    ```
    """
    subject, preheader = plain_words(context.issue.subject), plain_words(context.issue.preheader)
    if preheader and (preheader == subject or (len(subject) > 1 and preheader[: len(subject)] == subject)):
        yield Fault(
            what="the preheader repeats the subject",
            place=context.issue.place("preheader"),
            why="readers see the two beside each other",
            fix="say what they get when they read on",
        )
