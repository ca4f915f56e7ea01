"""What the provider says of a letter that it only looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import many, say, ticker

if TYPE_CHECKING:
    from newsletter.project import Project
    from newsletter.project.sending.campaigns import Prepared
    from newsletter.project.sending.rehearsal import Rehearsal

__all__ = ["rehearsals_as_dict", "rehearse_with_ticker", "show_rehearsals"]


def rehearse_with_ticker(project: Project, prepared: Prepared) -> list[Rehearsal]:
    """Show the first batch of each letter to the provider."""
    from newsletter.project.sending.rehearsal import rehearse

    with ticker() as tell:
        tell("asking the provider")
        return rehearse(project, prepared)


def show_rehearsals(rehearsals: Sequence[Rehearsal] | None) -> None:
    """Say what the provider said, and of whom."""
    for one in rehearsals or ():
        letter = f" of letter {one.variant}" if one.variant else ""
        color = "green" if one.is_fine else "red"
        readers = f"first {many(one.count, 'reader')}{letter}"
        say(f"{click.style('provider', fg=color)} {readers}: {one.detail}")
        for email, reason in one.refused:
            say(f"{click.style('refused', fg='red')}  {email}: {reason}")


def rehearsals_as_dict(rehearsals: Sequence[Rehearsal] | None) -> dict[str, object]:
    """Return the same for JSON."""
    if rehearsals is None:
        return {}
    return {
        "rehearsals": [
            {
                "variant": one.variant,
                "readers": one.count,
                "fine": one.is_fine,
                "detail": one.detail,
                "refused": [{"email": email, "detail": reason} for email, reason in one.refused],
            }
            for one in rehearsals
        ]
    }
