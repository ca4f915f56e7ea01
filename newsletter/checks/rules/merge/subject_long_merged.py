"""MT009: the subject fits for everybody."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.list_facts import list_facts
from newsletter.checks.prose import shown_subject
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]

_MOST = 70


@rule(
    code="MT009",
    slug="subject-long-merged",
    severity=Severity.INFO,
    stage=Stage.AUDIENCE,
    needs=(Need.DOCUMENT, Need.LIST, Need.AUDIENCE),
    blocked_by=("PR008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """With the longest value the subject is cut off.

    ## What it does
    Fills the subject with the longest value of each field in the list: more than 70 characters is
    something to know.

    ## Why it matters
    It fits for you and not for the reader with the long name.

    ## Example
    ```yaml
    subject: "{{ organisation | jouw organisatie }} en de Woo: drie dingen voor deze week"
    ```

    ## Instead
    ```yaml
    subject: "De Woo bij {{ organisation | jullie }}"
    ```
    """
    facts = list_facts(context)
    longest = {name: max(values, key=len) for name, values in facts.values.items() if values}
    shown = shown_subject(context, longest)
    if len(shown) > _MOST >= len(shown_subject(context)):
        yield Fault(
            what=f"for one reader the subject has {len(shown)} characters",
            place=context.issue.place("subject"),
            why=f'it becomes "{shown[:60]}…"',
            fix="put the field at the end, or leave it out",
        )
