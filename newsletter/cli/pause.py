"""`newsletter pause`: hold a campaign."""

from __future__ import annotations

import click

from newsletter.cli._campaign import counts_line
from newsletter.cli._console import emit_json, json_option, open_project

__all__ = ["command"]


@click.command("pause")
@click.argument("campaign")
@json_option
def command(campaign: str, as_json: bool) -> int:
    """Hold CAMPAIGN: what is under way is finished, nothing new leaves until `resume`."""
    with open_project() as project:
        standing = project.sending.pause(campaign)
    if as_json:
        emit_json(standing.as_dict())
    else:
        click.echo(f"paused: {counts_line(standing.counts)}")
        for line in standing.advice:
            click.echo(line)
    return 0
