"""The moments after the yes in which a letter can still be taken back, by whoever gave it or another."""

from __future__ import annotations

from collections.abc import Callable

from newsletter.domain.delivery import CampaignEvent, CampaignState
from newsletter.protocols import Clock, Ledger

__all__ = ["await_undo"]

_SLICE_S = 0.25  # the longest until a cancel, here or elsewhere, is noticed


def await_undo(
    campaign_id: str,
    ledger: Ledger,
    clock: Clock,
    *,
    stop: Callable[[], bool],
    tell: Callable[[float], None],
) -> bool:
    """Wait until a campaign can no longer be taken back; say whether it was not, nor held.

    `tell` is told how many seconds are left. Once `stop` says True the campaign is cancelled. The window is
    in the ledger: it is the same for every process, and another may cancel or pause it
    meanwhile.
    Nothing is ever submitted before its end, whoever resumes the campaign.
    """
    until = ledger.campaign(campaign_id).timing.undo_until
    while until is not None:
        if ledger.campaign(campaign_id).state in (CampaignState.CANCELLED, CampaignState.PAUSED):
            return False
        if stop():
            ledger.change(campaign_id, CampaignEvent.CANCEL, "taken back before anything left")
            return False
        left = (until - clock.now()).total_seconds()
        if left <= 0:
            break
        tell(left)
        clock.sleep(min(left, _SLICE_S))
    return True
