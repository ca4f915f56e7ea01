"""Settling unknown batches by what the provider can prove, before anything else is done."""

from __future__ import annotations

from dataclasses import dataclass

from newsletter.delivery.breaker import tally
from newsletter.delivery.outlet import Outlet
from newsletter.domain.campaign import Batch
from newsletter.domain.delivery import BatchState
from newsletter.domain.outcome import OutcomeKind
from newsletter.protocols import Clock

__all__ = ["Proof", "prove_unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How many deliveries evidence settled, and how many stay unknown."""

    accepted: int = 0
    not_sent: int = 0
    unknown: int = 0

    def __add__(self, other: Proof) -> Proof:
        """Return both together."""
        return Proof(
            accepted=self.accepted + other.accepted,
            not_sent=self.not_sent + other.not_sent,
            unknown=self.unknown + other.unknown,
        )


def prove_unknown(campaign_id: str, outlet: Outlet, clock: Clock) -> Proof:
    """Look in what the provider told, then ask it about every unknown batch, and settle what is proven.

    Call it holding `ledger.runner`. What is proven not sent becomes pending, in a cancelled campaign
    cancelled. Raises StoreError.
    """
    capabilities = outlet.provider.capabilities
    told = outlet.ledger.prove_by_events(campaign_id, clock.now(), is_atomic=capabilities.is_atomic)
    total = Proof(accepted=told)
    for batch in outlet.ledger.batches(campaign_id, BatchState.UNKNOWN):
        total += _prove_batch(batch, outlet, clock)
    return total


def _prove_batch(batch: Batch, outlet: Outlet, clock: Clock) -> Proof:
    ledger = outlet.ledger
    recipients = outlet.recipients(batch.id)
    attempt = ledger.last_attempt(batch.id)
    if attempt is None or not recipients:
        return Proof(unknown=len(recipients))
    if attempt.fence is not None and not ledger.begin_recall(batch.id, attempt.key, clock.now()):
        return Proof(unknown=len(recipients))  # somebody else has settled it
    submission = outlet.shipments.of(batch.variant).evidence(recipients, attempt)
    if submission is None:
        return Proof(unknown=len(recipients))
    counted = ledger.prove(batch.id, submission, clock.now(), attempt.key)
    if counted is None:
        return Proof()  # somebody else has settled it
    counts = tally(counted, len(recipients))
    accepted = counts.get(OutcomeKind.ACCEPTED, 0)
    not_sent = counts.get(OutcomeKind.NOT_SENT, 0)
    return Proof(accepted=accepted, not_sent=not_sent, unknown=len(recipients) - accepted - not_sent)
