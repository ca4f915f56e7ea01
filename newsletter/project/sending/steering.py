"""What people decide about a campaign once it is planned: take it back, let it go on all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from newsletter.delivery.undo import await_undo
from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import CampaignState, WaveEvent, WaveState
from newsletter.domain.wave import Wave
from newsletter.errors import DeliveryRefused, Problem, UsageError
from newsletter.protocols import Ledger

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Steering"]


class Steering:
    """Decisions on campaigns; who made them is written down."""

    def __init__(self, project: Project) -> None:
        """Steer the campaigns of `project`."""
        self._project = project

    @property
    def _ledger(self) -> Ledger:
        return self._project.store.ledger

    def await_undo(
        self, campaign: Campaign, *, stop: Callable[[], bool], tell: Callable[[float], None]
    ) -> bool:
        """Wait until `campaign` can no longer be taken back; say whether it was not. See `delivery.undo`."""
        return await_undo(campaign.id, self._ledger, self._project.clock, stop=stop, tell=tell)

    def allow_late(self, campaign: Campaign) -> None:
        """Let `campaign` leave though its time has passed."""
        self._ledger.allow_late(campaign.id, self._project.clock.now())

    def check_schedule(self, campaign: Campaign) -> None:
        """See that the hours in which `campaign` may leave are still those of the configuration.

        Raises DeliveryRefused, which asks which of the two is meant.
        """
        planned, now = str(campaign.timing.quiet or ""), self._project.config.send.quiet
        if campaign.state in (CampaignState.FINISHED, CampaignState.CANCELLED) or planned == now:
            return
        raise DeliveryRefused(
            Problem(
                what=f"the quiet hours changed since this campaign was planned: {planned or 'none'} then, "
                f"{now or 'none'} now",
                why="it keeps the hours it was planned with",
                fix=f"if that is right: newsletter resume {campaign.id} --as-planned"
                f" — else plan the rest anew: newsletter cancel {campaign.id}, then send it again",
            )
        )

    def override_gate(self, campaign: Campaign) -> None:
        """Let the next wave go whatever the last one showed. Raises UsageError when none is held."""
        held = [one for one in self.waves(campaign) if one.state in (WaveState.WATCHED, WaveState.FAILED)]
        if not held:
            raise UsageError(
                Problem(
                    what=f"no wave of campaign {campaign.id} waits for a gate",
                    fix=f"see where it stands: newsletter status {campaign.id}",
                )
            )
        for one in held:
            now = self._project.clock.now()
            self._ledger.move_wave(campaign.id, one.number, WaveEvent.OVERRIDE, now)

    def waves(self, campaign: Campaign) -> Sequence[Wave]:
        """Return the waves of `campaign`, by number; none where all goes at once."""
        return self._ledger.waves(campaign.id)

    def decide(self, campaign: Campaign, subject: str) -> None:
        """Let the rest of `campaign` have `subject`, "a" or "b". Raises UsageError where there is one."""
        if campaign.timing.test is None:
            raise UsageError(
                Problem(
                    what=f"campaign {campaign.id} has one subject",
                    why="two are tried when the letter has a subject_b",
                    fix=f"see where it stands: newsletter status {campaign.id}",
                )
            )
        self._ledger.choose_subject(campaign.id, subject, "decided by hand", is_by_hand=True)
