"""`newsletter decide`: which of two subjects the rest of a campaign gets."""

from __future__ import annotations

import click

from newsletter.cli._console import open_project, say

__all__ = ["command"]


@click.command("decide")
@click.argument("campaign")
@click.argument("subject", type=click.Choice(["a", "b"], case_sensitive=False))
def command(campaign: str, subject: str) -> int:
    """Give the rest of CAMPAIGN the first (a) or the second (b) subject; what has left keeps its own."""
    with open_project() as project:
        found = project.sending.find(campaign)
        project.steering.decide(found, subject.lower())
        say(f"From the next batch on, campaign {found.id} leaves with subject {subject.lower()}.")
    return 0
