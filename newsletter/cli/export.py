"""`newsletter export`: everything in plain files, to take elsewhere."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, say

__all__ = ["command"]


@click.command("export")
@click.argument("target", type=click.Path(path_type=Path))
@json_option
def command(target: Path, as_json: bool) -> None:
    """Write letters, readers, consent, campaigns and replies to TARGET, a folder or a ZIP file.

    Letters are there as you wrote them and as HTML and text. It holds every address: keep it as you keep the
    database. `newsletter init DIRECTORY --from TARGET` makes a newsletter of it again.
    """
    from newsletter.project.moving.leaving import move_out

    with open_project() as project:
        counts, notes = move_out(project, target)
    if as_json:
        emit_json({"target": str(target), "files": dict(counts), "notes": [str(note) for note in notes]})
        return
    for note in notes:
        say(f"{click.style('note', fg='yellow')} {note}")
    click.echo(target)
    told = ", ".join(f"{name} ({number})" if number > 1 else name for name, number in counts.items())
    say(f"{many(sum(counts.values()), 'file')}: {told}")
