"""`newsletter resolve`: settle deliveries of unknown outcome."""

from __future__ import annotations

import click

from newsletter.cli._campaign import counts_line
from newsletter.cli._console import emit_json, is_interactive, json_option, open_project
from newsletter.errors import Problem, UsageError

__all__ = ["command"]


@click.command("resolve")
@click.argument("campaign")
@click.option("--retry-unknown", is_flag=True, help="Send to them again; they may get it twice.")
@click.option("--assume-sent", is_flag=True, help="Count them as sent; they may get nothing.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def command(campaign: str, retry_unknown: bool, assume_sent: bool, yes: bool, as_json: bool) -> int:
    """Settle what is unknown in CAMPAIGN: by the provider's evidence, else by your choice."""
    with open_project() as project:
        if retry_unknown and assume_sent:
            raise UsageError("choose one of --retry-unknown and --assume-sent")
        standing = project.sending.prove(campaign)
        unknown = standing.counts.get("unknown", 0)
        if unknown and (retry_unknown or assume_sent):
            if not yes:
                _ask(unknown, retry_unknown=retry_unknown)
            standing = project.sending.resolve(campaign, assume_sent=assume_sent)
    if as_json:
        emit_json(standing.as_dict())
    else:
        click.echo(counts_line(standing.counts))
        for line in standing.advice:
            click.echo(line)
    return 4 if standing.is_open else 0


def _ask(unknown: int, *, retry_unknown: bool) -> None:
    risk = "may get the letter twice" if retry_unknown else "may never get it"
    if not is_interactive():
        raise UsageError(
            Problem(
                what=f"{unknown} readers {risk}, and nobody is at the terminal to say yes", fix="add --yes"
            )
        )
    click.confirm(f"{unknown} readers {risk}. Go on?", abort=True, err=True)
