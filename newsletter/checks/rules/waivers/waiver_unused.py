"""ZZ001: a comment that waves something through does so."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.comment_waivers import read_waivers
from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.checks.waivers import covers
from newsletter.domain.finding import CheckStatus, Severity

__all__ = ["check"]


@rule(
    code="ZZ001",
    slug="waiver-unused",
    severity=Severity.WARNING,
    stage=Stage.REVIEW,
    needs=(Need.ISSUE,),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """A comment waves through what is not there.

    ## What it does
    Looks whether each `newsletter-ignore` comment met a finding. Says nothing about rules that did not
    run.

    ## Why it matters
    A waiver that stays behind when the fault is gone will hide the next one.

    ## Example
    ```markdown
    <!-- newsletter-ignore-next TX005: the word is the subject -->
    Nothing here has to be filled in.
    ```

    ## Instead
    ```markdown
    Nothing here has to be filled in.
    ```
    """
    met = [finding for result in context.reviewed for finding in result.waived]
    silent = {
        result.code
        for result in context.reviewed
        if result.status in (CheckStatus.SKIPPED, CheckStatus.CRASHED) and not result.waived
    }
    for waiver in read_waivers(context):
        for pattern in waiver.patterns:
            codes = {result.code for result in context.reviewed if covers(pattern, result.code)}
            is_met = any(finding.code in codes and waiver.is_about(finding) for finding in met)
            if codes and waiver.reason and not is_met and not codes <= silent:
                yield Fault(
                    what=f"{pattern} is ignored here, and finds nothing here",
                    place=waiver.place,
                    fix=f"take {pattern} out of the comment",
                )
