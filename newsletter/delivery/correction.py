"""Which campaign is meant by a correction, and which corrections make no sense."""

from __future__ import annotations

from collections.abc import Sequence

from newsletter.domain.campaign import Campaign
from newsletter.domain.correction import FaultyReaders
from newsletter.domain.delivery import CampaignState
from newsletter.domain.issue import Issue
from newsletter.errors import DeliveryRefused, Problem, UsageError
from newsletter.source import Place

__all__ = ["find_faulty", "refuse_notice", "refuse_same"]

_ENDED = (CampaignState.FINISHED, CampaignState.CANCELLED)


def find_faulty(issue: str, campaigns: Sequence[Campaign]) -> Campaign:
    """Return the faulty one among `campaigns`, newest first.

    That is the one of `issue` (a slug) that goes out, else the last that did. Raises UsageError when there is
    none, or several go out.
    """
    own = [one for one in campaigns if one.issue == issue]
    if not own:
        other = f"campaign {campaigns[0].id} is of {campaigns[0].issue}" if campaigns else None
        raise UsageError(
            Problem(
                what=f'"{issue}" was not sent yet, so there is nothing to correct',
                why=other,
                fix="see: newsletter status",
            )
        )
    going = [one for one in own if one.state not in _ENDED]
    if len(going) > 1:
        ids = ", ".join(f"{one.id} ({one.segment})" for one in going)
        raise UsageError(
            Problem(
                what=f'several campaigns of "{issue}" go out: {ids}',
                fix=f"name one: --campaign {going[0].id}",
            )
        )
    return going[0] if going else own[0]


def refuse_same(faulty: Campaign, content: str) -> None:
    """Raise DeliveryRefused when the letter whose digest is `content` is the one that went out."""
    if content == faulty.digests.content:
        raise DeliveryRefused(
            Problem(
                what="the letter is the same as the one that went out",
                place=Place(path=faulty.issue_path),
                why="nothing in it was corrected yet",
                fix="mend the letter, then type this again\n"
                f"or let it go out as it is: newsletter resume {faulty.id}",
            )
        )


def refuse_notice(
    faulty: Campaign, standing: FaultyReaders, notice: Issue, *, includes_unknown: bool
) -> None:
    """Raise DeliveryRefused for a notice that comes too early, to nobody, or is the letter itself."""
    if notice.slug == faulty.issue:
        raise DeliveryRefused(
            Problem(
                what=f'the notice is the issue "{faulty.issue}" itself',
                place=notice.place(),
                why="whoever has it does not get the same issue twice",
                fix='write a letter of its own: newsletter new "A correction"',
            )
        )
    if faulty.state not in _ENDED:
        raise DeliveryRefused(
            Problem(
                what=f"campaign {faulty.id} still sends the faulty letter ({faulty.state})",
                why="whoever gets it from now on would not get the notice",
                fix=f"mend the letter and send it to the others first: newsletter correct {faulty.issue}\n"
                f"or stop it: newsletter cancel {faulty.id}",
            )
        )
    if not standing.accepted and not (includes_unknown and standing.unknown):
        raise DeliveryRefused(Problem(what=f"nobody got the letter of campaign {faulty.id}"))
