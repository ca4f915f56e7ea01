"""`newsletter resolve`: settle deliveries of unknown outcome."""

from __future__ import annotations

from dataclasses import asdict

import click

from newsletter.cli._campaign import as_dict, show_summary
from newsletter.cli._console import emit_json, is_interactive, json_option, open_project
from newsletter.errors import Problem, UsageError

__all__ = ["command"]


@click.command("resolve")
@click.argument("campaign")
@click.option("--from-events", is_flag=True, help="Ask nobody: only look in the events taken in so far.")
@click.option("--retry-unknown", is_flag=True, help="Send to them again; they may get it twice.")
@click.option("--assume-sent", is_flag=True, help="Count them as sent; they may get nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def command(
    campaign: str, from_events: bool, retry_unknown: bool, assume_sent: bool, yes: bool, as_json: bool
) -> int:
    """Settle what is unknown in CAMPAIGN: by evidence, else by your choice."""
    with open_project() as project:
        if retry_unknown and assume_sent:
            raise UsageError("choose one of --retry-unknown and --assume-sent")
        resolution = project.sending.gather_evidence(campaign, from_events=from_events)
        if resolution.unknown and (retry_unknown or assume_sent):
            if not yes:
                _ask(resolution.unknown, retry_unknown=retry_unknown)
            asked = None if yes else resolution.unknown
            project.sending.resolve(campaign, assume_sent=assume_sent, from_events=from_events, asked=asked)
        summary = project.sending.summary(project.sending.find(campaign).id)
    if as_json:
        emit_json({**as_dict(summary), "proven": asdict(resolution.proof)})
    else:
        show_summary(summary)
    return summary.exit_code


def _ask(unknown: int, *, retry_unknown: bool) -> None:
    risk = "may get the letter twice" if retry_unknown else "may never get it"
    if not is_interactive():
        raise UsageError(
            Problem(
                what=f"{unknown} readers {risk}, and nobody is at the terminal to say yes", fix="add --yes"
            )
        )
    click.confirm(f"{unknown} readers {risk}. Go on?", abort=True, err=True)
