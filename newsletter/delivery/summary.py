"""Where everybody stands, and with which error, if any, a run has to end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import CampaignState, DeliveryState
from newsletter.domain.held import WHY_HELD
from newsletter.errors import DeliveryIncomplete, DeliveryRefused, NewsletterError, Problem

__all__ = ["Summary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One campaign in numbers; `counts` are deliveries by state (absent: none).

    `workers` is how many processes send what is running now.
    """

    campaign: Campaign
    counts: Mapping[DeliveryState, int]
    workers: int = 0

    def count(self, *states: DeliveryState) -> int:
        """Return how many deliveries are in any of `states`."""
        return sum(self.counts.get(state, 0) for state in states)

    @property
    def is_complete(self) -> bool:
        """Say whether everybody was accepted, or had left before it was their turn."""
        return self.count(*DeliveryState) == self.count(DeliveryState.ACCEPTED, DeliveryState.SUPPRESSED)

    @property
    def is_closed(self) -> bool:
        """Say whether it was cancelled and nobody is unknown: there is nothing left to do about it."""
        return self.campaign.state is CampaignState.CANCELLED and not self.count(DeliveryState.UNKNOWN)

    @property
    def exit_code(self) -> int:
        """Return 0 when complete, 5 when halted, else 4."""
        error = self.error()
        return error.exit_code if error else 0

    def error(self) -> NewsletterError | None:
        """Return what a command that sends has to end with; None when complete."""
        if self.is_complete:
            return None
        problems = self._problems()
        if self.campaign.state is CampaignState.HALTED:
            return DeliveryRefused(*problems)
        return DeliveryIncomplete(*problems)

    def _problems(self) -> list[Problem]:
        return [
            problem
            for problem in (self._open_problem(), self._unknown_problem(), self._rejected())
            if problem
        ]

    def _open_problem(self) -> Problem | None:
        campaign = self.campaign
        if cancelled := self.count(DeliveryState.CANCELLED):
            return Problem(what=f"{cancelled} not mailed: the campaign was cancelled", why=campaign.reason)
        left = self.count(DeliveryState.PENDING, DeliveryState.SUBMITTING)
        if campaign.state is CampaignState.HALTED and not left:
            # Nothing waits for the provider: what is unknown has to be settled first.
            return Problem(what="held; nobody more is mailed before this is settled", why=campaign.reason)
        if campaign.state is CampaignState.HALTED:
            return Problem(
                what=f"the provider refuses to go on; {left} not mailed yet",
                why=campaign.reason,
                fix=f"mend that, then: newsletter resume {campaign.id}",
            )
        if not left:
            return None
        if campaign.state is CampaignState.RUNNING and self.workers:
            at_it = "a worker sends" if self.workers == 1 else f"{self.workers} workers send"
            return Problem(
                what=f"under way; {left} not mailed yet, and {at_it} them",
                fix=f"to hold it: newsletter pause {campaign.id}",
            )
        state = "paused" if campaign.state is CampaignState.PAUSED else "not finished"
        return Problem(
            what=f"{state}; {left} not mailed yet",
            why=campaign.reason,
            fix=f"go on with: newsletter resume {campaign.id}",
        )

    def _unknown_problem(self) -> Problem | None:
        unknown = self.count(DeliveryState.UNKNOWN)
        if not unknown:
            return None
        why: str | None = "the provider did not answer, or its answer does not say"
        if self.campaign.reason in WHY_HELD:
            is_said = self.campaign.state is CampaignState.HALTED
            why = None if is_said else self.campaign.reason
        return Problem(
            what=f"{unknown} unknown: they may or may not have it",
            why=why,
            fix=f"see what it said: newsletter status {self.campaign.id} --deliveries\n"
            f"then look for evidence, or decide: newsletter resolve {self.campaign.id}",
        )

    def _rejected(self) -> Problem | None:
        rejected = self.count(DeliveryState.REJECTED)
        if not rejected:
            return None
        return Problem(
            what=f"{rejected} refused by the provider for good",
            fix=f"see who, and why: newsletter status {self.campaign.id} --json --deliveries",
        )
