"""`newsletter build`: the letter as files."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, open_project, say
from newsletter.source import shown_path

__all__ = ["command"]


@click.command("build")
@click.argument("issue")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Directory; build in the project by default."
)
@click.option("--as", "as_email", metavar="EMAIL", help="The letter of this reader: slots and blocks.")
@json_option
def command(issue: str, output: Path | None, as_email: str | None, as_json: bool) -> None:
    """Write ISSUE as HTML, plain text, mail (.eml) and manifest; the same input gives the same bytes."""
    with open_project() as project:
        path = project.issues.find(issue)
        built = project.issues.build(path, output or project.config.root / "build", as_email=as_email)
    if as_json:
        emit_json({"files": [shown_path(path, Path.cwd()) for path in built.files], "digest": built.digest})
        return
    for path in built.files:
        click.echo(f"{shown_path(path, Path.cwd())}  {path.stat().st_size:,} bytes".replace(",", " "))
    if built.has_every_block:
        say("Every conditional block is shown; as one reader gets it: add --as EMAIL")
    for note in built.notes:
        say(str(note))
