"""`newsletter build`: the letter as files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, open_project, say
from newsletter.source import shown_path

if TYPE_CHECKING:
    from newsletter.project.issues.shelf import BuiltIssue

__all__ = ["command"]


@click.command("build")
@click.argument("issue")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Directory; build in the project by default."
)
@click.option("--as", "as_email", metavar="EMAIL", help="The letter of this reader: slots and blocks.")
@json_option
def command(issue: str, output: Path | None, as_email: str | None, as_json: bool) -> None:
    """Write ISSUE as HTML, plain text, mail (.eml) and manifest; the same input gives the same bytes.

    Of an issue in several languages each is written into a folder of its own, named by the language; name
    one of its files to build that one, or --as EMAIL for what that reader gets.
    """
    with open_project() as project:
        directory = output or project.config.root / "build"
        built = [
            project.issues.build(path, folder, as_email=as_email)
            for path, folder in project.issues.builds(issue, directory, as_email)
        ]
    if as_json:
        found = [
            {"files": [shown_path(path, Path.cwd()) for path in one.files], "digest": one.digest}
            for one in built
        ]
        emit_json(found[0] if len(found) == 1 else found)
        return
    for one in built:
        _tell(one)


def _tell(built: BuiltIssue) -> None:
    for path in built.files:
        click.echo(f"{shown_path(path, Path.cwd())}  {path.stat().st_size:,} bytes".replace(",", " "))
    if built.has_every_block:
        say("Every conditional block is shown; as one reader gets it: add --as EMAIL")
    for note in built.notes:
        say(str(note))
