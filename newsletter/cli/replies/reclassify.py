"""`newsletter replies reclassify`: read mails again by the rules of today."""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, say, ticker
from newsletter.cli._replies import MAIL_NUMBER

__all__ = ["command"]

_MOST_SHOWN = 20


@click.command("reclassify")
@click.argument("numbers", nargs=-1, type=MAIL_NUMBER, metavar="[MAIL]...")
@json_option
def command(numbers: tuple[int, ...], as_json: bool) -> None:
    """Read mails again by the rules of today: those with numbers MAIL, or all.

    What you did with them stays, and nothing is done for their writers by itself. It says which of them were
    read by older rules before.
    """
    with open_project() as project, ticker() as tell:
        done = project.replies.reclassify(frozenset(numbers), lambda count: tell(f"{count} mails"))
    if as_json:
        emit_json(
            {
                "read": done.read,
                "changed": done.changed,
                "parked": done.parked,
                "older": list(done.older),
            }
        )
        return
    click.echo(f"{many(done.read, 'mail')} read again, {done.changed} changed")
    if done.older:
        shown = ", ".join(map(str, done.older[:_MOST_SHOWN]))
        others = f" and {len(done.older) - _MOST_SHOWN} more" if len(done.older) > _MOST_SHOWN else ""
        click.echo(f"read by older rules before: {shown}{others}")
    if done.parked:
        say(f"{many(done.parked, 'mail')} could not be read; see: newsletter replies list --parked")
