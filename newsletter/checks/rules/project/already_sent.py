"""PR003: nobody gets the letter twice."""

from __future__ import annotations

from collections.abc import Iterable

from newsletter.checks.context import CheckContext
from newsletter.checks.registry import Fault, Need, Stage, rule
from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import CampaignState
from newsletter.domain.finding import Severity

__all__ = ["check"]


@rule(
    code="PR003",
    slug="already-sent",
    severity=Severity.ERROR,
    stage=Stage.AUDIENCE,
    needs=(Need.ISSUE, Need.LIST, Need.AUDIENCE),
    waivable=False,
    suppresses=("PR008",),
)
def check(context: CheckContext) -> Iterable[Fault]:
    """The issue was already sent to this audience.

    ## What it does
    Asks the ledger whether a campaign of this issue goes to the same segment, and how many of its
    readers
    already have a delivery of the issue through any other.

    ## Why it matters
    A letter that comes twice looks careless, and a campaign that stopped halfway is to be resumed, not
    started again.

    ## Example
    ```console
    $ newsletter send issues/012-voorbeeld.md --to gemeenten   # a second time
    ```

    ## Instead
    ```console
    $ newsletter status
    $ newsletter resume
    ```
    """
    issue = context.issue
    same = [c for c in context.campaigns() if c.segment == context.segment and not _is_void(c)]
    if same:
        yield _sent(same[0], context)
        return
    planned = context.already_planned
    if not planned:
        return
    everybody = not any(True for _ in _beyond(context, planned))
    yield Fault(
        what=f"{planned} of the readers already have a delivery of this issue",
        place=context.segment_place or issue.place(),
        why="nobody is left to send to" if everybody else "they will be left out, the others get it",
        fix="choose another segment" if everybody else None,
        severity=None if everybody else Severity.INFO,
    )


def _is_void(campaign: Campaign) -> bool:
    return campaign.state is CampaignState.CANCELLED


def _sent(campaign: Campaign, context: CheckContext) -> Fault:
    is_done = campaign.state is CampaignState.FINISHED
    return Fault(
        what=f'this issue was already sent to "{campaign.segment}" on {campaign.created_at:%Y-%m-%d}'
        if is_done
        else f'campaign {campaign.id} already sends this issue to "{campaign.segment}" ({campaign.state})',
        place=context.segment_place or context.issue.place(),
        why=f"{campaign.total} readers got it or are about to",
        fix="write a new issue, or choose another segment"
        if is_done
        else f"newsletter resume {campaign.id}, or newsletter cancel {campaign.id}",
    )


def _beyond(context: CheckContext, planned: int) -> Iterable[int]:
    """Yield something for every reader beyond the first `planned`."""
    return (index for index, _ in enumerate(context.members()) if index >= planned)
