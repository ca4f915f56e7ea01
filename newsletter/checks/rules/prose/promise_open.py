"""TX020: promises of the last letter are kept."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="TX020",
    slug="promise-open",
    severity=Severity.INFO,
    stage=Stage.PROJECT,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The last letter made a promise.

    ## What it does
    Looks in the letter before this one, to the same segment and in the same language, for sentences
    such as *in de volgende brief …* and *next time I will …*, and shows them.

    ## Why it matters
    Readers remember. Whether this letter keeps the promise only you can tell.

    ## Example
    ```markdown
    In de volgende brief vertel ik wat eruit kwam.   <!-- in the last letter -->
    ```

    ## Instead
    ```markdown
    Vorige keer beloofde ik te vertellen wat eruit kwam.
    ```
    """
    issue = context.issue
    earlier = [
        other
        for other in context.siblings
        if other.shown_path < context.shown_path
        and (other.segment, other.lang) == (issue.segment, issue.lang)
    ]
    if not earlier:
        return
    last = max(earlier, key=lambda other: other.shown_path)
    for line, promise in last.promises:
        yield Fault(
            what=f'the last letter promised: "{promise}"',
            place=issue.place(),
            why=f"it stands in {last.shown_path}:{line}",
            fix="keep it here, or say when you will",
        )
