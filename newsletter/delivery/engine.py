"""Running a campaign, for the first time or after whatever ended it before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from newsletter.delivery.evidence import Proof, prove_unknown
from newsletter.delivery.outlet import Outlet, Pace, Surroundings
from newsletter.delivery.run import ENDINGS, Ending, Run
from newsletter.delivery.stake import Stake
from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import CampaignEvent, CampaignState, DeliveryState
from newsletter.protocols import Recalling

__all__ = ["Ending", "RunReport", "pump_campaign", "run_campaign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a run did. `orphans` are batches a dead run had left under way, now unknown.

    `proof` is what evidence settled of unknown ones; `attempts` how many submissions this run made;
    `waits_until` is set when `ending` is WAITING.
    """

    campaign: Campaign
    counts: Mapping[DeliveryState, int]
    ending: Ending
    attempts: int = 0
    orphans: int = 0
    proof: Proof = field(default_factory=Proof)
    waits_until: datetime | None = None


def run_campaign(
    campaign_id: str, outlet: Outlet, pace: Pace, surroundings: Surroundings, stake: Stake | None = None
) -> RunReport:
    """Send what is left of a campaign, first time or resumed; a second call after the end does nothing.

    Each attempt is on disk before its last byte leaves, and its outcome after; what a dead run left under
    way becomes unknown and is not submitted again without evidence or the operator's word.
    Raises AnotherRunner, StoreError, and UsageError for a campaign that is cancelled or belongs to another
    provider. After StoreError nothing more is submitted; a batch whose outcome could not be written is
    unknown at the next start.
    """
    ledger = outlet.ledger
    outlet.check_provider(campaign_id)
    with ledger.runner(campaign_id):
        orphans = ledger.lose_orphans(campaign_id)
        proof = prove_unknown(campaign_id, outlet, surroundings.clock)
        _forget_recalled(campaign_id, outlet)
        campaign = ledger.campaign(campaign_id)
        run = Run(campaign, outlet, pace, surroundings, stake)
        if campaign.state is CampaignState.FINISHED:
            ending = Ending.FINISHED
        elif run.is_too_early(campaign.starts_at):
            ending = Ending.WAITING
        else:
            ledger.change(campaign_id, CampaignEvent.RUN)
            ending = run.go()
        return RunReport(
            campaign=ledger.campaign(campaign_id),
            counts=dict(ledger.counts(campaign_id)),
            ending=ending,
            attempts=run.attempts,
            orphans=orphans,
            proof=proof,
            waits_until=run.waits_until,
        )


def pump_campaign(
    campaign_id: str, outlet: Outlet, pace: Pace, surroundings: Surroundings, stake: Stake
) -> RunReport:
    """Send of a running campaign what this process can have; others do the same at the same time.

    Nobody is kept out, and only a running campaign is touched: pause, cancel and the end of it are seen
    before the next batch. Ends with FINISHED when all is settled, with WAITING when the rest may only go
    later. Raises StoreError, and UsageError for a campaign of another provider.
    """
    ledger = outlet.ledger
    outlet.check_provider(campaign_id)
    campaign = ledger.campaign(campaign_id)
    run = Run(campaign, outlet, pace, surroundings, stake)
    ending = ENDINGS.get(campaign.state)
    if campaign.state is CampaignState.RUNNING:
        ending = Ending.WAITING if run.is_too_early(campaign.starts_at) else run.go()
    return RunReport(
        campaign=ledger.campaign(campaign_id),
        counts=dict(ledger.counts(campaign_id)),
        ending=ending or Ending.WAITING,  # it is planned: not begun by whoever planned it
        attempts=run.attempts,
        waits_until=run.waits_until,
    )


def _forget_recalled(campaign_id: str, outlet: Outlet) -> None:
    """Let the provider forget what was called back and would have left by now: it has room for a hundred."""
    if isinstance(outlet.provider, Recalling):
        spent = outlet.ledger.spent_fences(campaign_id)
        if spent:
            outlet.provider.forget(spent)
