"""`newsletter new`: start an issue."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, open_project, say
from newsletter.source import shown_path

__all__ = ["command"]


@click.command("new")
@click.argument("subject")
@click.option("--lang", help="Language of the letter; the newsletter's own by default.")
@json_option
def command(subject: str, lang: str | None, as_json: bool) -> None:
    """Start an issue about SUBJECT in issues/YYYY-MM-DD-slug.md."""
    from newsletter.project.starting import slug_of

    with open_project() as project:
        path = shown_path(project.issues.new(subject, lang=lang), Path.cwd())
    if as_json:
        emit_json({"path": path})
        return
    if not slug_of(subject):
        say("The subject has no letters for a file name and an address, so the letter has a number;")
        say("rename the file, or write  slug: …  in it, before it is sent.")
    click.echo(path)
    say(f"Write it, and see it live with: newsletter preview {path}")
