"""`newsletter cancel`: stop a campaign for good."""

from __future__ import annotations

import click

from newsletter.cli._campaign import counts_line
from newsletter.cli._console import emit_json, json_option, open_project

__all__ = ["command"]


@click.command("cancel")
@click.argument("campaign")
@json_option
def command(campaign: str, as_json: bool) -> int:
    """Stop CAMPAIGN for good: who was not mailed yet will not be."""
    with open_project() as project:
        standing = project.sending.cancel(campaign)
    if as_json:
        emit_json(standing.as_dict())
    else:
        click.echo(f"cancelled: {counts_line(standing.counts)}")
        for line in standing.advice:
            click.echo(line)
    return 0
