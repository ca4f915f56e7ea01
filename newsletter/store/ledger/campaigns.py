"""The state of a campaign, and who changed it."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, exists, insert, select, update

from newsletter.domain.delivery import (
    BatchEvent,
    BatchState,
    CampaignEvent,
    CampaignState,
    IllegalTransition,
    campaign_transition,
    transition,
)
from newsletter.errors import Problem, UsageError
from newsletter.store.database.locks import operator_name
from newsletter.store.ledger.rows import find_campaign
from newsletter.store.schema.columns import json_text, utc_text
from newsletter.store.schema.tables import batch, campaign, operator_log

__all__ = ["allow_late", "change", "choose_subject", "close_pending", "halt", "note", "reopen"]

_UNDER_WAY = (BatchState.PENDING, BatchState.SUBMITTING)
_PASSIVE = {
    CampaignEvent.RUN: "be sent",
    CampaignEvent.PAUSE: "be paused",
    CampaignEvent.CANCEL: "be cancelled",
    CampaignEvent.REOPEN: "be opened again",
}
_BY_PEOPLE = (CampaignEvent.RUN, CampaignEvent.PAUSE, CampaignEvent.CANCEL, CampaignEvent.REOPEN)


def change(connection: Connection, campaign_id: str, event: CampaignEvent, reason: str | None) -> None:
    """Change a campaign's state. Raises UsageError when the state does not allow it."""
    state = find_campaign(connection, campaign_id).state
    try:
        after = campaign_transition(state, event)
    except IllegalTransition:
        raise UsageError(
            Problem(
                what=f"campaign {campaign_id} is {state}, so it cannot {_PASSIVE.get(event, event)}",
                fix=f"see where everybody stands: newsletter status {campaign_id}",
            )
        ) from None
    if event is CampaignEvent.FINISH:
        _check_nothing_left(connection, campaign_id)
    connection.execute(
        update(campaign).where(campaign.c.id == campaign_id).values(state=after, reason=reason)
    )
    if event in _BY_PEOPLE:
        note(connection, event, campaign_id, reason)
    close_pending(connection, campaign_id)


def halt(connection: Connection, campaign_id: str, reason: str) -> None:
    """Halt a running campaign; one that is paused or cancelled already stays so."""
    if find_campaign(connection, campaign_id).state is CampaignState.RUNNING:
        change(connection, campaign_id, CampaignEvent.HALT, reason)


def reopen(connection: Connection, campaign_id: str) -> None:
    """Open a campaign again because deliveries came back; a cancelled one stays cancelled."""
    if find_campaign(connection, campaign_id).state is not CampaignState.CANCELLED:
        change(connection, campaign_id, CampaignEvent.REOPEN, "deliveries came back to be sent")


def allow_late(connection: Connection, campaign_id: str, now: datetime) -> None:
    """Write down that somebody lets leave what is late by `now`."""
    _amend_plan(connection, campaign_id, {"late_allowed_at": utc_text(now)})
    note(connection, "allow-late", campaign_id, "may leave though its time has passed")


def choose_subject(
    connection: Connection, campaign_id: str, subject: str, why: str, *, is_by_hand: bool
) -> None:
    """Write down which subject the rest gets; batches keep their readers, so nothing is planned again.

    The rule decides once: where a choice stands already, only somebody by hand may change it.
    """
    if not is_by_hand and find_campaign(connection, campaign_id).timing.subject is not None:
        return  # of two processes that looked at the same time the first has decided
    _amend_plan(connection, campaign_id, {"subject": subject, "subject_why": why})
    if is_by_hand:
        note(connection, "choose-subject", campaign_id, f"subject {subject}")


def _amend_plan(connection: Connection, campaign_id: str, changes: dict[str, str]) -> None:
    text = connection.scalar(select(campaign.c.plan).where(campaign.c.id == campaign_id))
    written = {**json.loads(text or "{}"), **changes}
    connection.execute(update(campaign).where(campaign.c.id == campaign_id).values(plan=json_text(written)))


def close_pending(connection: Connection, campaign_id: str) -> None:
    """Cancel what is pending in a cancelled campaign, such as a batch that came back after the cancel.

    Released readers, who may have the letter since an earlier attempt, are unknown again: a cancelled one
    may get it from a later campaign.
    """
    if find_campaign(connection, campaign_id).state is CampaignState.CANCELLED:
        for is_in_doubt, event in ((0, BatchEvent.CANCEL), (1, BatchEvent.DOUBT)):
            connection.execute(
                update(batch)
                .where(
                    batch.c.campaign_id == campaign_id,
                    batch.c.state == BatchState.PENDING,
                    batch.c.is_in_doubt == is_in_doubt,
                )
                .values(state=transition(BatchState.PENDING, event), not_before=None)
            )


def note(connection: Connection, action: str, campaign_id: str | None, detail: str | None) -> None:
    """Write down what somebody decided; the time is the database's."""
    connection.execute(
        insert(operator_log).values(
            who=operator_name(), action=action, campaign_id=campaign_id, detail=detail
        )
    )


def _check_nothing_left(connection: Connection, campaign_id: str) -> None:
    if connection.scalar(
        select(exists().where(batch.c.campaign_id == campaign_id, batch.c.state.in_(_UNDER_WAY)))
    ):
        raise UsageError(
            Problem(
                what=f"campaign {campaign_id} is not finished",
                why="batches are still pending or under way",
                fix=f"go on with: newsletter resume {campaign_id}",
            )
        )
