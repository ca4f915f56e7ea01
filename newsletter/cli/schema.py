"""`newsletter schema`: what an editor needs to know of the files you write."""

from __future__ import annotations

import click

from newsletter.cli._console import say

__all__ = ["command"]


@click.command("schema")
@click.argument("kind", type=click.Choice(["issue", "config"]), required=False)
@click.option("--write", is_flag=True, help="Write both into .schema/ of the newsletter, for this version.")
def command(kind: str | None, write: bool) -> None:
    """Print the JSON Schema of an issue's front matter, or of newsletter.toml, for your editor.

    `newsletter init` writes both into .schema/, with the lines that make editors find them.
    """
    from newsletter.project.issues.schemas import SchemaKind, schema_text

    if write == (kind is not None):
        raise click.UsageError(
            "name issue or config to print one, or write both with: newsletter schema --write"
        )
    if kind is not None:
        click.echo(schema_text(SchemaKind(kind)), nl=False)
        return
    _write()


def _write() -> None:
    from pathlib import Path

    from newsletter.config.reader import find_config
    from newsletter.project.issues.schemas import CONFIG_LINE, ISSUE_LINE, write_schemas

    settings = click.get_current_context().find_object(dict) or {}
    file = find_config(Path(settings.get("directory") or "."))
    changed = write_schemas(file.parent)
    for path in changed:
        click.echo(path)
    if not changed:
        say("The schemas are those of this version.")
    if not file.read_text("utf-8", "replace").startswith("#:schema"):
        say(f"For your editor to find them, begin newsletter.toml with:  {CONFIG_LINE}")
        say(f"and put this between the lines of --- of an issue:  {ISSUE_LINE}")
