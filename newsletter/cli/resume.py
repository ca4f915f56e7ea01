"""`newsletter resume`: go on with a campaign."""

from __future__ import annotations

import click

from newsletter.cli._campaign import run_with_progress
from newsletter.cli._console import json_option, open_project
from newsletter.cli._workers import leave_to_workers, tell_what_is_held

__all__ = ["command"]


@click.command("resume")
@click.argument("campaign", required=False)
@click.option("--late", is_flag=True, help="Send it now, though the time it was planned for has passed.")
@click.option("--override-gate", is_flag=True, help="Go on whatever became of the first readers' mail.")
@click.option(
    "--as-planned", is_flag=True, help="Keep the hours of the plan, though the configuration changed."
)
@click.option("--queue", is_flag=True, help="Leave the rest to workers: see newsletter worker.")
@json_option
def command(
    campaign: str | None, late: bool, override_gate: bool, as_planned: bool, queue: bool, as_json: bool
) -> int:
    """Go on with CAMPAIGN, or with the one that is not finished; nobody is mailed a second time."""
    with open_project() as project:
        found = project.sending.resumable(campaign)
        if not as_planned:
            project.steering.check_schedule(found)
        if late:
            project.steering.allow_late(found)
        if override_gate:
            project.steering.override_gate(found)
        if queue:
            return leave_to_workers(project, found, as_json=as_json)
        tell_what_is_held(project.sending.held(found.id))
        return run_with_progress(project, found, as_json=as_json)
