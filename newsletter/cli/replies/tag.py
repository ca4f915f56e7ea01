"""`newsletter replies tag`: words of the author's own on a mail."""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, json_option, open_project
from newsletter.cli._replies import MAIL_NUMBER

__all__ = ["command"]


@click.command("tag")
@click.argument("number", type=MAIL_NUMBER, metavar="MAIL")
@click.argument("tags", nargs=-1, metavar="TAG...")
@click.option(
    "--remove", multiple=True, metavar="TAG", help="Take this tag away; may be given more than once."
)
@json_option
def command(number: int, tags: tuple[str, ...], remove: tuple[str, ...], as_json: bool) -> None:
    """Give the mail with number MAIL tags, and show those it has."""
    with open_project() as project:
        found = project.replies.tag(number, tags, remove)
    if as_json:
        emit_json({"mail": number, "tags": list(found)})
        return
    click.echo(" ".join(f"#{tag}" for tag in found) or "no tags")
