"""PR004: the letter is not of yesterday."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="PR004",
    slug="date-past",
    severity=Severity.WARNING,
    stage=Stage.PROJECT,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The letter's date is past.

    ## What it does
    Compares `date` with today, one day aside. Silent while the provider is the outbox, and for an
    issue that was sent.

    ## Why it matters
    It usually is the date of the letter this one was copied from, and readers see it.

    ## Example
    ```yaml
    date: 2026-10-24T09:30:00+02:00
    ```

    ## Instead
    ```yaml
    date: 2026-11-24T09:30:00+01:00
    ```
    """
    issue = context.issue
    if issue.date is None or context.config.provider.name == "outbox" or context.campaigns():
        return
    if issue.date < context.now - timedelta(days=1):
        yield Fault(
            what=f"the letter is dated {issue.date:%Y-%m-%d}, which is past",
            place=issue.place("date"),
            fix=f"write  date: {context.now:%Y-%m-%d}",
        )
