"""Campaigns of a project: planned, sent, resumed, paused, cancelled, settled, looked at."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.delivery import plan as planning
from newsletter.delivery.audience import Audience
from newsletter.delivery.engine import RunReport, run_campaign
from newsletter.delivery.outlet import Outlet, Pace, Progress, Surroundings
from newsletter.delivery.resolve import Choice, Resolution, gather_evidence, resolve, settle_unasked
from newsletter.delivery.summary import Summary
from newsletter.delivery.wish import NO_WISH, Wish
from newsletter.domain.campaign import Campaign, DeliveryRow
from newsletter.domain.correction import Correction
from newsletter.domain.delivery import CampaignEvent, CampaignState, DeliveryState
from newsletter.domain.lease import HeldBatches, WorkerRow
from newsletter.domain.outcome import Outcome
from newsletter.domain.receipt import Clearance
from newsletter.errors import ConfigError, ContentError, DeliveryRefused, Problem, UsageError
from newsletter.plugins import load_plugin
from newsletter.project.collector import collector_held_back
from newsletter.project.issues.sibling_letters import SiblingLetters
from newsletter.project.sending.elsewhere import refuse_sent_elsewhere
from newsletter.project.sending.process_ids import is_gone
from newsletter.project.sending.pumping import Pumping, give_up_dead
from newsletter.project.sending.trials import Trials
from newsletter.project.sending.ways_out import open_outlet, render_campaign
from newsletter.protocols import AudienceView, Ledger, Provider
from newsletter.source import Place

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Prepared", "Sending"]

_LONGEST_WAIT_S = 3600.0
"""A run that could go on within the hour waits for it; else it ends and says when to resume."""

_ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A letter ready to be sent: the plan to show, and what freezing it takes.

    `letters` are those of the issue in all its languages.
    """

    plan: planning.SendPlan
    audience: Audience
    letters: SiblingLetters


class Sending:
    """What can be done with campaigns."""

    def __init__(self, project: Project) -> None:
        """Work on the campaigns of `project`."""
        self._project = project
        self._config = project.config
        self._atomic: dict[str, bool] = {}

    @property
    def _ledger(self) -> Ledger:
        return self._project.store.ledger

    def _campaigns(self) -> Sequence[Campaign]:
        return self._ledger.campaigns() if self._project.has_store else ()

    def provider(self, name: str | None = None) -> Provider:
        """Return the provider called `name`, or the configured one. Raises ConfigError."""
        opened: Provider = load_plugin("newsletter.providers", name or self._config.provider.name)(
            self._config
        )
        return opened

    def prepare(
        self,
        path: Path,
        *,
        segment: str | None = None,
        wish: Wish = NO_WISH,
        view: AudienceView | None = None,
        correction: Correction | None = None,
    ) -> Prepared:
        """Plan sending the issue at `path` to `segment` (default: its own), as `wish` says.

        It changes nothing, but that pauses end which are over.

        A `view` says who the readers are, whatever the segment: those of a `correction`.
        Raises UsageError, ConfigError (also for what the provider needs and has not, such as a key),
        ContentError, DeliveryRefused.
        """
        letters = self._project.issues.sibling_letters(path)
        issue = letters.lead
        for one in letters.issues.values():
            refuse_sent_elsewhere(one)
        wanted = segment or issue.segment
        if wanted is None:
            raise UsageError(
                Problem(
                    what="no segment is named",
                    place=issue.place(),
                    why="newsletter segments  shows which there are",
                    fix="add --to SEGMENT, or write in the front matter: segment: NAME",
                )
            )
        if self._project.has_store:
            self._project.choosing.wake()  # whose pause is over gets this letter
        variants = letters.render_for(wanted, view)
        provider = self.provider()
        now = self._project.clock.now()
        appointment = wish.appointment(self._config, now)
        rest = self._project.audience.rest(issue.slug, appointment.at if appointment else now)
        draft = planning.Draft(
            issue=issue,
            variants=variants,
            config=self._config,
            provider=provider,
            siblings=letters.going(variants),
        )
        audience = replace(
            Audience.of(
                variants,
                self._config,
                wanted,
                view=view or self._project.audience.view(rest),
                ledger=self._ledger,
            ),
            correction=correction,
        )
        plan = planning.make_plan(
            draft,
            audience,
            now=now,
            wish=wish,
            also_left_out=() if view else self._project.audience.left_out(wanted, rest),
        )
        for key, rendered in variants.letters.items():
            mailing = self._project.issues.mailing(letters.issue_of(key), rendered, "plan", now)
            provider.prepare(mailing).close()  # what it misses must show before anything is written down
        return Prepared(plan=plan, audience=audience, letters=letters)

    def check_free(self) -> None:
        """Raise AnotherRunner when another process is sending."""
        known = self._campaigns()
        if known:
            with self._ledger.runner(known[0].id):
                pass

    def freeze(
        self, prepared: Prepared, clearance: Clearance, progress: Callable[[int], None] | None = None
    ) -> Campaign:
        """Write the plan into the ledger and return the campaign; `clearance` is what the gate gave.

        Raises DeliveryRefused, also when the clearance is for another text of the issue; StoreError.
        """
        if prepared.letters.digest != clearance.issue_digest:
            raise DeliveryRefused(
                Problem(
                    what="the issue changed while the plan was on show",
                    place=Place(path=prepared.plan.issue_path),
                    fix=f"newsletter check {prepared.plan.issue_path}",
                )
            )
        with collector_held_back():
            return planning.freeze(
                prepared.plan,
                prepared.audience,
                new_id=lambda: secrets.token_hex(6),
                clock=self._project.clock,
                clearance=clearance,
                progress=progress,
            )

    def run(
        self, campaign_id: str, *, stop: Callable[[], bool], progress: Callable[[Progress], None]
    ) -> RunReport:
        """Send what is left of a campaign; where the store is on a server, workers may help.

        Raises DeliveryRefused when letter, template or configuration changed since it was planned,
        AnotherRunner when another process is sending, and StoreError.
        """
        campaign = self._ledger.campaign(campaign_id)
        outlet = self._outlet(campaign)
        pace = Pace(
            concurrency=self._config.provider.concurrency,
            rates=planning.configured_rates(self._config),
            longest_wait_s=_LONGEST_WAIT_S,
        )
        around = Surroundings(clock=self._project.clock, random=random.random, stop=stop, progress=progress)
        try:
            watched = self._project.telemetry.campaign(campaign_id, campaign.provider)
            with collector_held_back(), watched:
                if self._project.store.server is None:
                    return run_campaign(campaign_id, outlet, pace, around)
                give_up_dead(self._project.store.leases)
                pumping = Pumping(self._project)
                with pumping.enrolled():
                    around = replace(around, clock=pumping.clock())
                    return run_campaign(campaign_id, outlet, pace, around, pumping.stake(pauses=True))
        finally:
            outlet.shipments.close()

    def queue(self, campaign_id: str) -> Campaign:
        """Leave a campaign to workers: they send it from the time it may leave. Raises UsageError."""
        return self._ledger.change(campaign_id, CampaignEvent.RUN)

    def workers(self) -> Sequence[WorkerRow]:
        """Return the processes that send, in the order they began; none where there is no store."""
        known = self._project.store.leases.workers() if self._project.has_store else ()
        return [replace(one, lost=one.lost or is_gone(one.id)) for one in known]

    def held(self, campaign_id: str) -> Sequence[HeldBatches]:
        """Return what others have under way of a campaign; what is of dead ones is given up first."""
        leases = self._project.store.leases
        give_up_dead(leases)
        return leases.held(campaign_id)

    def pace(self, campaign_id: str) -> float:
        """Return how many readers a second had their mail taken in the last minute."""
        return self._project.store.leases.pace(campaign_id)

    def rates(self) -> Mapping[str, datetime]:
        """Return which rates keep mail waiting, by what they limit, and until when."""
        return self._project.store.leases.closed() if self._project.has_store else {}

    def test(
        self, path: Path, addresses: Sequence[str], lang: str | None = None
    ) -> list[tuple[str, Outcome]]:
        """Mail the issue to `addresses` as `Trials.send` does, and raise what it raises."""
        return Trials(self._project).send(path, addresses, lang)

    def find(self, campaign: str | None) -> Campaign:
        """Return the campaign meant: an id, the start of one, the newest of an issue's slug, or the newest.

        Raises UsageError when there is none, or the start fits several.
        """
        known = self._campaigns()
        if not known:
            raise UsageError(
                Problem(what="nothing was sent yet", fix="to begin: newsletter send ISSUE --to SEGMENT")
            )
        if campaign is None:
            return known[0]
        fits = [one for one in known if one.issue == campaign][:1] or [
            one for one in known if campaign and one.id.startswith(campaign)
        ]
        if len(fits) == 1:
            return fits[0]
        raise UsageError(
            Problem(
                what=f'"{campaign}" fits {len(fits)} campaigns'
                if fits
                else f'there is no campaign "{campaign}"',
                fix="see: newsletter status",
            )
        )

    def resumable(self, campaign: str | None) -> Campaign:
        """Return the campaign to go on with. Raises UsageError when nothing is left to do."""
        if campaign is not None:
            return self.find(campaign)
        going = [one for one in self._campaigns() if one.state not in _ENDED]
        if not going:
            unknown = [one for one in self._campaigns() if self.summary(one.id).count(DeliveryState.UNKNOWN)]
            fix = f"newsletter resolve {unknown[0].id}" if unknown else "see: newsletter status"
            why = "what is unknown waits for your word" if unknown else None
            raise UsageError(Problem(what="no campaign is waiting to go on", why=why, fix=fix))
        if len(going) > 1:
            ids = ", ".join(f"{one.id} ({one.issue})" for one in going)
            raise UsageError(
                Problem(what=f"several campaigns wait: {ids}", fix="name one: newsletter resume ID")
            )
        return going[0]

    def summary(self, campaign_id: str) -> Summary:
        """Return where everybody of a campaign stands."""
        campaign = self._ledger.campaign(campaign_id)
        at_work = 0
        if campaign.state is CampaignState.RUNNING:
            at_work = sum(not one.lost for one in self.workers())
        return Summary(campaign=campaign, counts=self._ledger.counts(campaign_id), workers=at_work)

    def languages(self, campaign_id: str) -> Mapping[str, Mapping[DeliveryState, int]]:
        """Return where the readers of each language stand; nothing for an issue in one language."""
        return self._project.store.languages.counts(campaign_id)

    def clearance(self, campaign_id: str) -> Clearance | None:
        """Return why a campaign was let through; None for one of before there was a gate."""
        return self._ledger.clearance(campaign_id)

    def summaries(self, campaign: str | None = None) -> Sequence[Summary]:
        """Return where everybody stands: of one campaign, or of all, newest first."""
        found = [self.find(campaign)] if campaign else self._campaigns()
        return [self.summary(one.id) for one in found]

    def deliveries(self, campaign: str | None) -> Iterator[DeliveryRow]:
        """Yield every recipient of a campaign, the newest when none is named."""
        found = self.find(campaign)
        return self._ledger.deliveries(found.id)

    def pause(self, campaign: str) -> Summary:
        """Hold a campaign; a process that is sending it stops before its next batch."""
        return self._change(campaign, CampaignEvent.PAUSE, "paused by hand")

    def cancel(self, campaign: str) -> Summary:
        """Stop a campaign for good; who is pending is not mailed."""
        return self._change(campaign, CampaignEvent.CANCEL, "cancelled by hand")

    def gather_evidence(self, campaign: str, *, from_events: bool = False) -> Resolution:
        """Settle what can be proven of unknown deliveries: by what the provider told, then by asking it.

        With `from_events`, or when the letter is gone, the provider is not asked.
        """
        return self._settle(self.find(campaign), None, from_events=from_events)

    def resolve(
        self, campaign: str, *, assume_sent: bool, from_events: bool = False, asked: int | None = None
    ) -> Resolution:
        """Settle what is unknown by evidence, where there is some, then by the operator's word.

        Raises UsageError when more readers are unknown by now than they were `asked` about, if they were.
        """
        choice = Choice.ASSUME_SENT if assume_sent else Choice.RETRY
        return self._settle(self.find(campaign), choice, from_events=from_events, asked=asked)

    def is_atomic(self, provider: str) -> bool:
        """Say whether `provider` takes a submission whole or not at all; False when it cannot be opened."""
        if provider not in self._atomic:  # asked for each report of events, and opening takes its time
            try:
                self._atomic[provider] = self.provider(provider).capabilities.is_atomic
            except ConfigError:  # not configured any more
                self._atomic[provider] = False
        return self._atomic[provider]

    def _settle(
        self, campaign: Campaign, choice: Choice | None, *, from_events: bool, asked: int | None = None
    ) -> Resolution:
        clock = self._project.clock
        give_up_dead(self._project.store.leases)
        try:
            outlet = None if from_events else self._outlet(campaign, must_match=False)
        except (ContentError, UsageError):  # an issue that is gone or broken must not keep anybody unknown
            outlet = None
        if outlet is None:
            is_atomic = self.is_atomic(campaign.provider)
            return settle_unasked(campaign.id, self._ledger, choice, clock, is_atomic=is_atomic, asked=asked)
        try:
            if choice is None:
                return gather_evidence(campaign.id, outlet, clock)
            return resolve(campaign.id, outlet, choice, clock, asked=asked)
        finally:
            outlet.shipments.close()

    def describe(self, provider: str | None = None) -> str:
        """Return where mail goes, in one line."""
        return self.provider(provider).describe()

    def _change(self, campaign: str, event: CampaignEvent, reason: str) -> Summary:
        found = self.find(campaign)
        self._ledger.change(found.id, event, reason)
        return self.summary(found.id)

    def _outlet(self, campaign: Campaign, *, must_match: bool = True) -> Outlet:
        letters = render_campaign(self._project, campaign, must_match=must_match)
        return open_outlet(self._project, campaign, letters)
