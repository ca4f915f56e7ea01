"""`newsletter replies archive`: mails put away, and taken back."""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, json_option, many, open_project
from newsletter.cli._replies import MAIL_NUMBER

__all__ = ["command"]


@click.command("archive")
@click.argument("numbers", nargs=-1, required=True, type=MAIL_NUMBER, metavar="MAIL...")
@click.option("--undo", is_flag=True, help="Take them back.")
@json_option
def command(numbers: tuple[int, ...], undo: bool, as_json: bool) -> None:
    """Put mails away: `replies list` does not show them any more, and nothing of them is lost."""
    from newsletter.domain.inbox import InboundState

    with open_project() as project:
        changed = project.replies.move(numbers, InboundState.READ if undo else InboundState.ARCHIVED)
    if as_json:
        emit_json({"changed": list(changed)})
        return
    where = "taken back from" if undo else "put in"
    click.echo(f"{many(len(changed), 'mail')} {where} the archive")
