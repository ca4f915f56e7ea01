"""`newsletter init`: a new newsletter in a directory."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, say

__all__ = ["command"]


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--name", help="What it is called; the directory's name by default.")
@click.option("--lang", default="en", show_default=True, help="Language of the starter: nl or en.")
@json_option
def command(directory: Path, name: str | None, lang: str, as_json: bool) -> None:
    """Make a new newsletter in DIRECTORY: configuration, a first issue, templates, a CI workflow."""
    from newsletter.project.issues.starting import start_newsletter

    title = name or directory.resolve().name.replace("-", " ").capitalize()
    made = start_newsletter(directory, name=title, lang=lang, today=date.today())  # noqa: DTZ011 - the author's day
    if as_json:
        emit_json({"made": [str(path) for path in made]})
        return
    for path in made:
        click.echo(path)
    go = "" if directory == Path() else f"cd {directory}\n  "
    say(f"\nNext:\n  {go}newsletter preview\n  newsletter subscribers import examples/subscribers.csv")
