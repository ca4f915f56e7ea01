"""`newsletter archive`: letters that went out, as a website of plain files."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, say
from newsletter.source import shown_path

__all__ = ["command"]

_DEFAULT = Path("build") / "archive"


@click.group("archive")
def command() -> None:
    """Letters that went out, as a website of plain files."""


@command.command("build")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Folder; build/archive in the project by default."
)
@click.option("--drafts", is_flag=True, help="Also issues that did not go out, marked as drafts: to look at.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.option("--force", is_flag=True, help="Also replace or remove pages that were changed by hand.")
@json_option
def build(output: Path | None, drafts: bool, dry_run: bool, force: bool, as_json: bool) -> None:
    """Make the archive: a page for each letter that went out, a list, search, feeds and pictures.

    Only what changed is written, and pages of letters that are gone are removed. Nothing of one reader gets
    in: every file is looked through before any is written. What you changed in a page by hand is told and
    stays, unless you say --force.
    """
    with open_project() as project:
        built = project.archive.build(
            output or project.config.root / _DEFAULT, drafts=drafts, dry_run=dry_run, force=force
        )
    change = built.change
    if as_json:
        emit_json(
            {
                "folder": str(built.folder),
                "address": built.address,
                "public": built.public,
                "unlisted": built.unlisted,
                "written": change.written,
                "unchanged": len(change.unchanged),
                "removed": change.removed,
                "notes": [str(note) for note in built.notes],
                "dry_run": dry_run,
            }
        )
        return
    for note in built.notes:
        say(str(note))
    for path in change.written:
        click.echo(f"{'would write' if dry_run else 'wrote'}  {path}")
    for path in change.removed:
        click.echo(f"{'would remove' if dry_run else 'removed'}  {path}")
    letters = many(len(built.public) + len(built.unlisted), "letter")
    say(
        f"{letters} in {shown_path(built.folder, Path.cwd())},"
        f" {many(len(change.unchanged), 'file')} unchanged"
    )
    if not built.public and not built.unlisted and not drafts:
        say("No letter went out yet; --drafts shows what is written.")
    say(f"They belong at {built.address}/")
