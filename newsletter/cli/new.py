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
    with open_project() as project:
        path = shown_path(project.issues.new(subject, lang=lang), Path.cwd())
    if as_json:
        emit_json({"path": path})
        return
    click.echo(path)
    say(f"Write it, and see it live with: newsletter preview {path}")
