"""`newsletter preview`: the letter live in the browser."""

from __future__ import annotations

import click

from newsletter.cli._console import open_project, say

__all__ = ["command"]


@click.command("preview")
@click.argument("issue", required=False)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="the same for a project every time, if it is free",
    help="Port on 127.0.0.1.",
)
@click.option("--open/--no-open", "is_opened", default=True, help="Open the browser.")
def command(issue: str | None, port: int, is_opened: bool) -> None:
    """See ISSUE as readers will, repainted whenever you save; the newest issue when none is named."""
    from newsletter.studio import serve_studio

    with open_project() as project:
        root = project.config.root
        named = project.issues.find(issue) if issue else None

    def announce(address: str) -> None:
        click.echo(address)
        say("Save a file and the letter follows. Stop with Ctrl-C.")
        if is_opened:
            click.launch(address)

    serve_studio(root, port=port, named=named, announce=announce)
    say("Stopped.")
