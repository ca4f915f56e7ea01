"""`newsletter pause`: hold a campaign."""

from __future__ import annotations

import click

from newsletter.cli._campaign import as_dict, show_summary
from newsletter.cli._console import emit_json, json_option, open_project

__all__ = ["command"]


@click.command("pause")
@click.argument("campaign")
@json_option
def command(campaign: str, as_json: bool) -> int:
    """Hold CAMPAIGN: what is under way is finished, nothing new leaves until `resume`."""
    with open_project() as project:
        summary = project.sending.pause(campaign)
    if as_json:
        emit_json(as_dict(summary))
    else:
        show_summary(summary)
    return 0
