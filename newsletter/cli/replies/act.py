"""`newsletter replies act`: do what a reader asks in a mail."""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, json_option, open_project
from newsletter.cli._replies import MAIL_NUMBER, act_as_dict
from newsletter.errors import Problem, UsageError

__all__ = ["command"]


@click.command("act")
@click.argument("number", type=MAIL_NUMBER, metavar="MAIL")
@click.argument("act", metavar="ACT")
@click.option(
    "--reader",
    metavar="EMAIL",
    help="For this reader: where the mail names several, or does not show whose it is.",
)
@click.option("--to", "new_address", metavar="EMAIL", help="The new address, where the mail does not say it.")
@click.option("--dismiss", is_flag=True, help="Decide that nothing is to be done.")
@json_option
def command(
    number: int, act: str, reader: str | None, new_address: str | None, dismiss: bool, as_json: bool
) -> None:
    """Do what the mail with number MAIL asks: ACT is unsubscribe, change_address, forget, suspend or review.

    `replies show MAIL` names what it asks. Nothing else can be done with this, and nothing twice.
    A mail that names several readers asks it for each of them apart.
    """
    if dismiss and new_address:
        raise UsageError(Problem(what="--dismiss and --to do not go together"))
    with open_project() as project:
        acts = project.replies.acts
        done = (
            acts.dismiss(number, act, email=reader)
            if dismiss
            else acts.do(number, act, email=reader, new_address=new_address)
        )
    if as_json:
        emit_json(act_as_dict(done))
        return
    whose = f" for {reader}" if reader else ""
    click.echo(f"{done.act.replace('_', ' ')}{whose}: {done.state}")
    if done.act == "change_address" and not dismiss:
        click.echo("The new address is asked to confirm; until it does, letters go to the old one.")
