"""IN007: each letter has a subject of its own."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.prose import plain_words
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.content.issue_date import with_dates
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="IN007",
    slug="subject-repeated",
    severity=Severity.WARNING,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """An earlier letter has the same subject.

    ## What it does
    Compares the subject with those of the other issues in `issues/`, without letter case and
    punctuation.

    ## Why it matters
    Gmail hangs letters with one subject together and hides the second; readers think they have it
    already.

    ## Example
    ```yaml
    subject: "Nieuws van de brief"
    ```

    ## Instead
    ```yaml
    subject: "Wil je op social media blijven?"
    ```
    """
    own = plain_words(with_dates(context.issue.subject, context.issue))
    for other in context.other_issues:
        if own and plain_words(other.subject) == own:
            yield Fault(
                what=f"{other.shown_path} has the same subject",
                place=context.issue.place("subject"),
                why="Gmail hangs the two together and hides the second",
                fix="say what is new in this one",
            )
            return
