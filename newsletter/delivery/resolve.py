"""Settling unknown deliveries: by evidence first, else by the operator's word."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from newsletter.delivery.evidence import Proof, prove_unknown
from newsletter.delivery.outlet import Outlet
from newsletter.domain.delivery import CampaignState, DeliveryState
from newsletter.errors import Problem, UsageError
from newsletter.protocols import Clock, Ledger

__all__ = ["Choice", "Resolution", "gather_evidence", "resolve", "settle_unasked"]


class Choice(StrEnum):
    """What the operator says about deliveries of which nobody can prove anything."""

    RETRY = "retry"  # send them again; some may get it twice
    ASSUME_SENT = "assume-sent"  # take them as accepted; some may never get it


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What was settled.

    `unknown` is how many deliveries are still unknown: as many readers may get it twice with
    Choice.RETRY, or never with Choice.ASSUME_SENT. `moved` is how many the operator's word settled.
    """

    unknown: int
    proof: Proof = field(default_factory=Proof)
    moved: int = 0


def gather_evidence(campaign_id: str, outlet: Outlet, clock: Clock) -> Resolution:
    """Settle what evidence can settle, and say how many deliveries stay unknown.

    Raises AnotherRunner while the campaign is being sent, UsageError for another provider, StoreError.
    """
    outlet.check_provider(campaign_id)
    with outlet.ledger.runner(campaign_id):
        outlet.ledger.lose_orphans(campaign_id)
        proof = prove_unknown(campaign_id, outlet, clock)
        return Resolution(unknown=proof.unknown, proof=proof)


def resolve(
    campaign_id: str, outlet: Outlet, choice: Choice, clock: Clock, *, asked: int | None = None
) -> Resolution:
    """Settle what evidence can settle, and all the rest by `choice`; sends nothing (`run_campaign` does).

    `asked` is about how many readers the operator was asked; None: about whoever it is.
    Raises AnotherRunner, StoreError, and UsageError for another provider, for trying again in a
    cancelled campaign, or when there are more readers by now than `asked`.
    """
    ledger = outlet.ledger
    outlet.check_provider(campaign_id)
    with ledger.runner(campaign_id):
        ledger.lose_orphans(campaign_id)
        proof = prove_unknown(campaign_id, outlet, clock)
        moved = _take_word(campaign_id, ledger, choice, clock, asked)
        return Resolution(unknown=proof.unknown - moved, proof=proof, moved=moved)


def settle_unasked(
    campaign_id: str,
    ledger: Ledger,
    choice: Choice | None,
    clock: Clock,
    *,
    is_atomic: bool = False,
    asked: int | None = None,
) -> Resolution:
    """Settle by what the provider told already, then by `choice`; nobody is asked for evidence.

    So it also works when the letter is not there any more. `is_atomic` as in `Capabilities`, `asked`
    as in `resolve`. Without a choice it only says how many stay unknown. Raises as `resolve` does.
    """
    with ledger.runner(campaign_id):
        ledger.lose_orphans(campaign_id)
        told = ledger.prove_by_events(campaign_id, clock.now(), is_atomic=is_atomic)
        unknown = ledger.counts(campaign_id).get(DeliveryState.UNKNOWN, 0)
        moved = _take_word(campaign_id, ledger, choice, clock, asked) if choice else 0
        proof = Proof(accepted=told, unknown=unknown)
        return Resolution(unknown=unknown - moved, proof=proof, moved=moved)


def _take_word(campaign_id: str, ledger: Ledger, choice: Choice, clock: Clock, asked: int | None) -> int:
    is_retry = choice is Choice.RETRY
    if is_retry and ledger.campaign(campaign_id).state is CampaignState.CANCELLED:
        raise UsageError(
            Problem(
                what="this campaign was cancelled, so nothing of it can be sent again",
                fix=f"newsletter resolve {campaign_id} --assume-sent",
            )
        )
    unknown = ledger.counts(campaign_id).get(DeliveryState.UNKNOWN, 0)
    if not unknown:
        return 0
    if asked is not None and unknown > asked:  # workers died while the question was read
        raise UsageError(
            Problem(
                what=f"{unknown} readers are unknown by now; you were asked about {asked}",
                why="the campaign is being sent, and more was lost meanwhile",
                fix=f"decide about all of them: newsletter resolve {campaign_id}",
            )
        )
    return ledger.resolve(campaign_id, assume_sent=not is_retry, now=clock.now())
