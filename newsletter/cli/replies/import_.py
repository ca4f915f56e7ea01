"""`newsletter replies import`: take in mails from files."""

from __future__ import annotations

from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, open_project, ticker
from newsletter.cli._replies import taken_as_dict, tell_taken
from newsletter.errors import InboundError

__all__ = ["command"]


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@json_option
def command(paths: tuple[Path, ...], as_json: bool) -> None:
    """Take in the mails at PATHs: .eml files, mbox files, Maildirs, or folders with such files.

    Nothing is taken from them: they stay as they are. A mail that is in the inbox already does nothing.
    """
    with open_project() as project, ticker() as tell:
        taken = project.replies.import_paths(paths, lambda done: tell(f"{done} mails"))
    if as_json:
        emit_json(taken_as_dict(taken))
    else:
        tell_taken(taken)
    InboundError.raise_if(taken.problems)
