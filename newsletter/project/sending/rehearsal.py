"""Showing the first batch of each letter to the provider, which looks at it and mails nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.domain.campaign import Member
from newsletter.domain.links import SAMPLE_SECRET, ReaderLinks
from newsletter.domain.outcome import OutcomeKind, Submission
from newsletter.domain.recipient_columns import RecipientColumns
from newsletter.errors import Problem, UsageError
from newsletter.protocols import Rehearsing

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.project.sending.campaigns import Prepared

__all__ = ["Rehearsal", "rehearse"]

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What the provider says of the first batch of one letter.

    `is_fine` when it would take everybody; `refused` are addresses with what is wrong with each.
    """

    variant: str
    count: int
    is_fine: bool
    detail: str
    refused: tuple[tuple[str, str], ...] = ()


def rehearse(project: Project, prepared: Prepared) -> list[Rehearsal]:
    """Show the first batch of each letter to the provider; nothing is sent or written down.

    Links are signed for nobody. Raises UsageError when the provider cannot look without mailing.
    """
    provider = project.sending.provider()
    links = ReaderLinks.make(
        SAMPLE_SECRET,
        project.config.newsletter.base_url,
        prepared.letters.lead.slug,
        prepared.audience.variants.slots,
    )
    found = []
    for variant, members in _first_batches(prepared, provider.capabilities.batch_size).items():
        letter = prepared.audience.variants.letters[variant]
        issue = prepared.letters.issue_of(variant)
        mailing = project.issues.mailing(issue, letter, "rehearsal", project.clock.now())
        shipment = provider.prepare(mailing)
        try:
            if not isinstance(shipment, Rehearsing):
                raise UsageError(
                    Problem(
                        what=f"{provider.name} cannot look at a letter without mailing it",
                        fix="leave it at --dry-run, or mail yourself: newsletter send ISSUE --test ADDRESS",
                    )
                )
            found.append(_read(variant, members, shipment.rehearse(_recipients(members, links))))
        finally:
            shipment.close()
    return found


def _first_batches(prepared: Prepared, size: int) -> dict[str, list[Member]]:
    batches: dict[str, list[Member]] = {key: [] for key in prepared.audience.variants.letters}
    for member in prepared.audience.members():
        if len(batches[member.variant]) < size:
            batches[member.variant].append(member)
        elif all(len(batch) >= size for batch in batches.values()):
            break
    return {key: batch for key, batch in batches.items() if batch}


def _recipients(members: Sequence[Member], links: ReaderLinks) -> RecipientColumns:
    ids = [f"{number:032x}" for number in range(len(members))]
    values = [{name: str(value) for name, value in member.values.items()} for member in members]
    emails = [member.email for member in members]
    return RecipientColumns(range(len(members)), ids, emails, values).with_columns(links.columns(ids))


def _read(variant: str, members: Sequence[Member], said: Submission) -> Rehearsal:
    refused = [
        (member.email, said.of(at).detail)
        for at, member in enumerate(members)
        if at in said.exceptions and said.of(at).kind is OutcomeKind.REJECTED
    ]
    return Rehearsal(
        variant=variant,
        count=len(members),
        is_fine=said.outcome.kind is OutcomeKind.ACCEPTED and not refused,
        detail=said.outcome.detail,
        refused=tuple(refused[:_MOST_NAMED]),
    )
