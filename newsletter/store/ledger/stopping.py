"""Stopping a faulty campaign for the one that replaces it, in the transaction that plans that one."""

from __future__ import annotations

from sqlalchemy import Connection, update

from newsletter.domain.campaign import NewCampaign
from newsletter.domain.correction import CorrectionKind
from newsletter.domain.delivery import BatchEvent, BatchState, CampaignEvent, CampaignState, transition
from newsletter.store.ledger.campaigns import change, note
from newsletter.store.ledger.rows import find_campaign
from newsletter.store.schema.columns import json_text
from newsletter.store.schema.tables import batch

__all__ = ["is_replacement", "stop_faulty"]

_ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)


def is_replacement(new: NewCampaign) -> bool:
    """Say whether `new` takes over the readers of a faulty campaign."""
    return new.correction is not None and new.correction.kind is CorrectionKind.REPLACE


def stop_faulty(connection: Connection, new: NewCampaign) -> None:
    """Cancel the campaign that `new` replaces, so that `new` may take over who was not mailed.

    Who is unknown there stays so, and is left out, unless the operator chose otherwise: then they count as
    not mailed, and may get both letters. The log says so, and which letter the archive is to show.
    """
    correction = new.correction
    assert correction is not None, "only a replacement stops another campaign"
    if find_campaign(connection, correction.campaign).state not in _ENDED:
        change(connection, correction.campaign, CampaignEvent.CANCEL, f"corrected by campaign {new.id}")
    if correction.includes_unknown:
        released = transition(BatchState.UNKNOWN, BatchEvent.RELEASE)
        connection.execute(
            update(batch)
            .where(batch.c.campaign_id == correction.campaign, batch.c.state == BatchState.UNKNOWN)
            .values(
                state=transition(released, BatchEvent.CANCEL),
                detail=f"may have it; gets campaign {new.id} by the operator's choice",
            )
        )
    detail = {"content": new.digests.content, "by": new.id, "includes_unknown": correction.includes_unknown}
    note(connection, "correct", correction.campaign, json_text(detail))
