"""`newsletter words`: the words that are right though no dictionary has them."""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, json_option, open_project, say

__all__ = ["command"]


@click.group("words", invoke_without_command=True)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Words that are right though no dictionary has them; they stand in words.txt."""
    if not ctx.invoked_subcommand:
        ctx.invoke(list_, as_json=False)


@command.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show the words, one a line."""
    with open_project() as project:
        words = list(project.words.all())
    if as_json:
        emit_json(words)
        return
    for word in words:
        click.echo(word)


@command.command("add")
@click.argument("words", nargs=-1, required=True, metavar="WORD...")
def add(words: tuple[str, ...]) -> None:
    """Add each WORD; in small letters it is right with capitals too."""
    with open_project() as project:
        new = project.words.add(words)
    say(f"{len(new)} added: {', '.join(new)}" if new else "nothing is new")
