"""What taking events changed, in words and as JSON: for every command that takes some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.cli._console import many
from newsletter.errors import Problem

if TYPE_CHECKING:
    from newsletter.domain.events_taken import EventsTaken

__all__ = ["as_dict", "held", "lines"]


def as_dict(taken: EventsTaken) -> dict[str, object]:
    """Return `taken` for JSON."""
    return {
        "read": taken.read,
        "new": taken.new,
        "kinds": dict(taken.kinds),
        "not_ours": taken.strangers,
        "proven": taken.proven,
        "suppressed": dict(taken.suppressed),
        "held_campaigns": list(taken.restored),
        "doubted": taken.doubted,
    }


def lines(taken: EventsTaken) -> list[str]:
    """Return `taken` in words."""
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(taken.kinds.items()))
    told = [f"{many(taken.read, 'event')}, {taken.new} new{f': {kinds}' if kinds else ''}"]
    if taken.proven:
        told.append(f"  {taken.proven} of unknown outcome turn out to be taken")
    stopped = ", ".join(f"{number} {reason}" for reason, number in sorted(taken.suppressed.items()))
    if stopped:
        told.append(f"  never mailed again: {stopped}")
    if taken.strangers:
        told.append(f"  {taken.strangers} about mail that is not in this ledger, such as tests")
    if taken.doubted:
        told.append(f"  {taken.doubted} that waited are unknown now")
    return told


def held(campaign: str) -> Problem:
    """Return what to say about a campaign that sent more than the ledger knows."""
    return Problem(
        what=f"campaign {campaign} sent mail that this ledger knows nothing of",
        why="the ledger is older than the mail, as after restoring a backup; who was waiting may have it",
        fix="take in all events since the backup, then look for evidence, or decide: "
        f"newsletter resolve {campaign} --from-events",
    )
