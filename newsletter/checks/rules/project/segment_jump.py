"""PR009: about as many readers get this letter as got the last one."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.list_facts import list_facts
from newsletter.checks.promises import earlier_letters
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.delivery import CampaignState
from newsletter.domain.finding import Severity

__all__ = ["check"]

_JUMP = 0.25
_LEAST = 10
_LETTERS = 6


@rule(
    code="PR009",
    slug="segment-jump",
    severity=Severity.WARNING,
    stage=Stage.AUDIENCE,
    needs=(Need.ISSUE, Need.LIST, Need.AUDIENCE),
    blocked_by=("PR008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """Many more or fewer readers get this letter than got the last.

    ## What it does
    Compares the segment with the last campaign to it that was not cancelled, of the six letters before
    this one. A difference of more than a quarter, and of at least ten readers, is told.

    ## Why it matters
    A segment that doubles overnight is usually an import that went wrong, or a slip in its expression.

    ## Example
    ```toml
    [segments.gemeenten]
    where = "tag:gemeente OR lang:nl"
    ```

    ## Instead
    ```toml
    [segments.gemeenten]
    where = "tag:gemeente lang:nl"
    ```
    """
    now = sum(list_facts(context).domains.values())
    for other in reversed(earlier_letters(context)[-_LETTERS:]):
        for campaign in context.campaigns(other.slug):
            if campaign.segment != context.segment or campaign.state is CampaignState.CANCELLED:
                continue
            before = campaign.total
            if abs(now - before) >= _LEAST and abs(now - before) > _JUMP * before:
                yield Fault(
                    what=f"{now} readers get this letter, and {before} got {other.slug}",
                    place=context.segment_place,
                    fix="see who they are: newsletter segments",
                )
            return
