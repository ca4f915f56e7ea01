"""TX020: promises of earlier letters are kept."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.other_issues import KEEPS
from newsletter.checks.promises import earlier_letters, open_promises, unknown_keeps
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity
from newsletter.domain.nearest import nearest

__all__ = ["check"]


@rule(
    code="TX020",
    slug="promise-open",
    severity=Severity.INFO,
    stage=Stage.PROJECT,
    needs=(Need.DOCUMENT,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """An earlier letter made a promise that no letter keeps.

    ## What it does
    Looks in the last twelve letters to the same segment and in the same language for sentences such as
    *in de volgende brief …* and *next time I will …*, and shows them until a letter says in its front
    matter that it keeps them: `x-keeps` with the slug of the letter that promised, or with `slug:line`
    for one promise of several. A name there that no earlier letter has is a warning.

    ## Why it matters
    Readers remember. Whether this letter keeps the promise only you can tell.

    ## Example
    ```markdown
    In de volgende brief vertel ik wat eruit kwam.   <!-- in an earlier letter, wel-of-niet -->
    ```

    ## Instead
    ```yaml
    x-keeps: wel-of-niet
    ```
    """
    issue = context.issue
    slugs = [other.slug for other in earlier_letters(context) if other.promises]
    for name in unknown_keeps(context):
        near = nearest(name, slugs)
        yield Fault(
            what=f'{KEEPS} names "{name}", and no earlier letter of that name made a promise there',
            place=issue.place(KEEPS),
            fix=f"did you mean {near}?" if near else "write the slug of the letter that promised",
            severity=Severity.WARNING,
        )
    for promise in open_promises(context):
        yield Fault(
            what=f'an earlier letter promised: "{promise.words}"',
            place=issue.place(),
            why=f"it stands in {promise.path}:{promise.line}",
            fix=f"if this letter keeps it, write {KEEPS}: {promise.slug} in the front matter",
        )
