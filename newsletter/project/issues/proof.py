"""Proof that an issue's file still holds what readers were sent: a fresh build against the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from newsletter.domain.campaign import Campaign
from newsletter.domain.delivery import CampaignState
from newsletter.source import shown_path

if TYPE_CHECKING:
    from newsletter.project import Project

__all__ = ["Proofs", "SentProof", "Verdict"]


class Verdict(StrEnum):
    """What a fresh build says of a letter that was sent."""

    SAME = "same"  # every letter comes out to the byte as it was sent
    OTHER = "other"  # it comes out otherwise, and only the issue or its pictures can be why
    UNPROVEN = "unproven"  # nobody can tell: something else that it was made of changed


@dataclass(frozen=True, slots=True, kw_only=True)
class SentProof:
    """The verdict on one sent issue, and what to say about it."""

    verdict: Verdict
    reason: str


class Proofs:
    """Builds sent issues anew and compares them with the ledger, which is read once."""

    def __init__(self, project: Project) -> None:
        """Look at the issues of `project`."""
        self._project = project

    @cached_property
    def _newest(self) -> Mapping[str, Campaign]:
        """Return the newest campaign that was not cancelled of each issue, by the path of its file."""
        newest: dict[str, Campaign] = {}
        for one in self._project.store.ledger.campaigns():
            if one.state is not CampaignState.CANCELLED:
                newest.setdefault(one.issue_path, one)
        return newest

    def of(self, path: Path) -> SentProof:
        """Build the sent issue at `path` anew and compare it with the digest of its newest campaign.

        A template or a configuration that changed since makes another letter of the same issue, so then
        nothing is proven, unless the letter comes out the same all the same. Raises ContentError when it
        cannot be built any more, UsageError, StoreError.
        """
        files = self._project.issues.sibling_letters(path).paths.values()
        shown = (shown_path(one.absolute(), self._project.config.root) for one in (path, *files))
        campaign = next((self._newest[one] for one in shown if one in self._newest), None)
        if campaign is None:
            return SentProof(verdict=Verdict.UNPROVEN, reason="no campaign of this issue went on to its end")
        return self._compare(path, campaign)

    def _compare(self, path: Path, campaign: Campaign) -> SentProof:
        project = self._project
        letters = project.issues.sibling_letters(path)
        variants = letters.render_keys(campaign.variants)
        now = letters.digests(variants, campaign.digests.audience)
        then = campaign.digests
        when = f"{campaign.created_at:%Y-%m-%d} to {campaign.segment}"
        if now.content == then.content:
            return SentProof(verdict=Verdict.SAME, reason=f"as sent on {when}")
        clearance = project.sending.clearance(campaign.id)
        if clearance is not None and clearance.issue_digest != letters.digest:
            reason = f"the issue is no longer what was sent on {when}"
            return SentProof(verdict=Verdict.OTHER, reason=reason)
        for is_other, what in (
            (now.template != then.template, "the template, or a file it uses,"),
            (now.config != then.config, "the configuration, sender or reply address"),
        ):
            if is_other:
                reason = f"{what} changed since it was sent on {when}, so the letter cannot be made again"
                return SentProof(verdict=Verdict.UNPROVEN, reason=reason)
        reason = f"the issue, or a picture in it, is no longer what was sent on {when}"
        return SentProof(verdict=Verdict.OTHER, reason=reason)
