"""The countdown in which a letter can still be taken back."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

import click

from newsletter.cli._campaign import stopping
from newsletter.cli._console import say

if TYPE_CHECKING:
    from newsletter.domain.campaign import Campaign
    from newsletter.project import Project

__all__ = ["can_go"]


def can_go(project: Project, campaign: Campaign) -> bool:
    """Count down until `campaign` can no longer be taken back; say whether it was not."""
    if campaign.timing.undo_until is None:
        return True
    if not sys.stderr.isatty():
        say(
            f"Until {campaign.timing.undo_until:%H:%M:%S} UTC: newsletter cancel {campaign.id} takes it back."
        )
    with stopping("\nTaking it back.") as stop:
        is_going = project.steering.await_undo(campaign, stop=stop, tell=_tell)
    if sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)
    if not is_going:
        is_held = project.sending.find(campaign.id).state == "paused"
        say(
            f"Held: nothing was sent. To go on: newsletter resume {campaign.id}"
            if is_held
            else f"Taken back: nothing was sent. Campaign {campaign.id} is cancelled."
        )
    return is_going


def _tell(left_s: float) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rLeaves in {math.ceil(left_s)} s. Ctrl-C takes it back.\x1b[K", err=True, nl=False)
