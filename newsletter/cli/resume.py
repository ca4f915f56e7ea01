"""`newsletter resume`: go on with a campaign."""

from __future__ import annotations

import click

from newsletter.cli._campaign import run_with_progress
from newsletter.cli._console import json_option, open_project

__all__ = ["command"]


@click.command("resume")
@click.argument("campaign", required=False)
@json_option
def command(campaign: str | None, as_json: bool) -> int:
    """Go on with CAMPAIGN, or with the one that is not finished; nobody is mailed a second time."""
    with open_project() as project:
        found = project.sending.resumable(campaign)
        return run_with_progress(project, found, as_json=as_json)
