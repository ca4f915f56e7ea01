"""What providers tell after they took mail: taken from a webhook or from files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.bounce_mails import BounceMails
from newsletter.domain.campaign import Campaign
from newsletter.domain.campaign_figures import CampaignFigures, CampaignTally
from newsletter.domain.events_taken import EventsTaken
from newsletter.domain.fate import Fate
from newsletter.domain.provider_event import ProviderEvent
from newsletter.domain.reply_figures import ReplyFigures
from newsletter.events.figures import group_kinds, make_figures
from newsletter.events.files import read_files
from newsletter.events.page import ReportPage
from newsletter.events.report import SILENT_AFTER, Report, make_report, silent_ones
from newsletter.plugins import load_plugin, plugin_names
from newsletter.protocols import EventReader

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["READERS", "Events"]

READERS = "newsletter.event_readers"
"""The group of entry points; each is a function that takes the Config and returns an EventReader."""


class Events:
    """What can be done with events."""

    def __init__(self, project: Project) -> None:
        """Work on the ledger and list of `project`."""
        self._project = project

    def reader(self, provider: str) -> EventReader:
        """Return the reader of `provider`'s reports. Raises ConfigError when there is none."""
        opened: EventReader = load_plugin(READERS, provider)(self._project.config)
        return opened

    def take(self, provider: str, headers: Mapping[str, str], body: bytes) -> EventsTaken:
        """Take one report as it came in: see that it is `provider`'s own, read it, keep and apply it.

        `body` is what arrived, byte for byte. When this returns, the report is on disk and need not be sent
        again. Raises EventRefused for what is not the provider's own, ConfigError, UsageError, StoreError.
        """
        reader = self.reader(provider)
        reader.verify(headers, body, self._project.clock.now())
        return self.apply([(provider, reader.read(body))])

    def import_files(
        self, paths: Sequence[Path], *, provider: str | None = None, is_trial: bool = False
    ) -> EventsTaken:
        """Take the reports in `paths`, all of them or nothing; a trial only tells what would change.

        Who made them is not verified: whoever may write the database may also say what is in the files.
        Raises UsageError with file and line for what is no report, ConfigError, StoreError.
        """
        names = [provider] if provider else plugin_names(READERS)
        reports = read_files(paths, {name: self.reader(name) for name in names})
        return self.apply(reports, is_trial=is_trial)

    def report(self, campaign: str | None = None) -> Report:
        """Return what became of a campaign, the newest when none is named. Raises UsageError, StoreError."""
        found = self._project.sending.find(campaign)
        return make_report(
            found,
            self._tally(found),
            has_reader=found.provider in plugin_names(READERS),
            replies=self._project.store.reply_figures.of_issue(found.issue).get(found.id),
        )

    def figures(self, campaign: str | None = None) -> CampaignFigures:
        """Return what a report shows of a campaign, the newest when none is named.

        The database counts, so that a million letters take seconds. Raises UsageError, StoreError.
        """
        found = self._project.sending.find(campaign)
        store = self._project.store
        figures = make_figures(
            found,
            self._tally(found),
            store.letters.all(),
            store.reply_figures.of_issue(found.issue).get(found.id, ReplyFigures()),
            now=self._project.clock.now(),
            has_reader=found.provider in plugin_names(READERS),
        )
        field = self._project.config.replies.kind_field or ""
        kinds = store.reply_figures.kinds(found.id, field) if field in self._project.config.fields else ()
        return replace(
            figures,
            wave_kinds={one.number: one.kind for one in store.ledger.waves(found.id)},
            kind_field=field,
            kinds=group_kinds(kinds),
        )

    def _tally(self, campaign: Campaign) -> CampaignTally:
        now = self._project.clock.now()
        return self._project.store.tallies.of_campaign(campaign.id, now - SILENT_AFTER)

    def page(self, figures: CampaignFigures) -> str:
        """Return `figures` as a page of HTML that loads nothing, in the newsletter's language and time zone.

        Raises ConfigError and ContentError for faults in the project's own `templates/report/`.
        """
        return self._pages().html(figures)

    def overview(self) -> str:
        """Return all letters that reached somebody as a page, as `page` does. Raises StoreError too."""
        letters = self._project.list_store.letters.all()
        return self._pages().overview(letters, self._project.clock.now())

    def _pages(self) -> ReportPage:
        config = self._project.config
        return ReportPage(
            config.root,
            name=config.newsletter.name,
            lang=config.newsletter.lang,
            timezone=config.newsletter.timezone,
        )

    def reply_rates(self) -> Sequence[tuple[Campaign, ReplyFigures]]:
        """Return every campaign that reached somebody, newest first, with its replies. Raises StoreError."""
        store = self._project.list_store
        figures = store.reply_figures.of_all()
        known = ((one, figures.get(one.id, ReplyFigures())) for one in store.ledger.campaigns())
        return [(one, found) for one, found in known if found.accepted]

    def bounce_mails(self, issue: str) -> BounceMails:
        """Return what came by mail about letters that did not arrive. Raises StoreError."""
        return self._project.list_store.reply_figures.bounce_mails(issue)

    def fates(self, campaign: str | None = None, *, only_silent: bool = False) -> Iterator[Fate]:
        """Yield every mail of a campaign with what was told about it, or only those nobody told the end of.

        Nobody is silent where the provider tells nothing. Raises UsageError, StoreError.
        """
        report = self.report(campaign)
        fates = self._project.store.events.fates(report.campaign.id)
        if not only_silent:
            return fates
        return silent_ones(fates if report.tells else (), self._project.clock.now())

    def apply(
        self,
        reports: Sequence[tuple[str, Sequence[ProviderEvent]]],
        *,
        is_trial: bool = False,
        is_reread: bool = False,
    ) -> EventsTaken:
        """Keep and apply `reports`, pairs of provider and events, all of them or nothing.

        What is known already does nothing, unless it `is_reread` and means something else now. Raises
        UsageError, StoreError.
        """
        taken = self._project.list_store.events.take(
            reports,
            atomic=self._atomic(),
            now=self._project.clock.now(),
            is_trial=is_trial,
            is_reread=is_reread,
        )
        for kind, number in () if is_trial else taken.kinds.items():
            self._project.telemetry.events(kind, number)
        return taken

    def _atomic(self) -> frozenset[str]:
        """Return the providers of our campaigns that take a submission whole or not at all."""
        names = {one.provider for one in self._project.list_store.ledger.campaigns()}
        return frozenset(name for name in names if self._project.sending.is_atomic(name))
