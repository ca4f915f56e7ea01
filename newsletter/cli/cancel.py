"""`newsletter cancel`: stop a campaign for good."""

from __future__ import annotations

import click

from newsletter.cli._campaign import as_dict, show_summary
from newsletter.cli._console import emit_json, json_option, open_project

__all__ = ["command"]


@click.command("cancel")
@click.argument("campaign")
@json_option
def command(campaign: str, as_json: bool) -> int:
    """Stop CAMPAIGN for good: who was not mailed yet will not be."""
    with open_project() as project:
        summary = project.sending.cancel(campaign)
    if as_json:
        emit_json(as_dict(summary))
    else:
        show_summary(summary)
    return 0
