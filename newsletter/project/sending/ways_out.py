"""From a campaign to what its mail passes through: the letter as it was planned, and the provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from newsletter.delivery.digests import verify_unchanged
from newsletter.delivery.mailing import mailing_date
from newsletter.delivery.outlet import Outlet, Shipments
from newsletter.delivery.watched import WatchedShipment
from newsletter.domain.campaign import Campaign
from newsletter.domain.links import ReaderLinks
from newsletter.domain.mailing import Mailing
from newsletter.domain.slot import Slot
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Letters", "open_outlet", "render_campaign"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """What a campaign's readers get, rendered: one mailing for each variant, and the slots they have."""

    mailings: Mapping[str, Mailing]
    slots: tuple[Slot, ...]


def render_campaign(project: Project, campaign: Campaign, *, must_match: bool = True) -> Letters:
    """Render the letter of `campaign`; it needs no database.

    Raises UsageError when the issue is gone, ContentError when it is broken, and, where it `must_match`,
    DeliveryRefused when letter, template or configuration changed since it was planned.
    """
    path = project.config.root / campaign.issue_path
    if not path.is_file():
        raise UsageError(
            Problem(
                what=f"the issue of this campaign is gone: {campaign.issue_path}",
                fix=f"put it back, as it was, and run: newsletter resume {campaign.id}",
            )
        )
    letters = project.issues.sibling_letters(path)
    variants = letters.render_keys(campaign.variants)
    if must_match:
        verify_unchanged(campaign, letters.digests(variants, campaign.digests.audience))
    mailings = {
        key: project.issues.mailing(
            letters.issue_of(key), variants.letter(key), campaign.id, mailing_date(campaign)
        )
        for key in campaign.variants
    }
    return Letters(mailings=mailings, slots=tuple(variants.slots))


def open_outlet(project: Project, campaign: Campaign, letters: Letters) -> Outlet:
    """Return the way out for `letters`. Raises ConfigError for what the provider misses."""
    provider = project.sending.provider(campaign.provider)
    watched = partial(
        WatchedShipment,
        campaign_id=campaign.id,
        provider=provider.name,
        telemetry=project.telemetry,
        clock=project.clock,
    )
    shipments = Shipments(provider, letters.mailings, watched)
    shipments.of(campaign.variants[0])  # what the provider misses must show before anything is submitted
    key = project.store.signing_keys.read().current
    base_url = project.config.newsletter.base_url
    return Outlet(
        ledger=project.store.ledger,
        provider=provider,
        shipments=shipments,
        links=ReaderLinks.make(key, base_url, campaign.issue, letters.slots),
    )
