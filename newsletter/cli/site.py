"""`newsletter site`: what the public site needs besides being served."""

from __future__ import annotations

import click

from newsletter.cli._console import many, open_project, say

__all__ = ["command"]


@click.group("site")
def command() -> None:
    """Look after the public site: see also `newsletter serve`."""


@command.command("rotate-keys")
def rotate_keys() -> None:
    """Sign links with a new key from now on.

    Links to unsubscribe in letters that are out work for ever; others for sixty days more.
    """
    with open_project() as project:
        keys = project.visits.rotate_keys()
    say(f"A new key signs links from now on; {many(len(keys.retired), 'older key')} still known.")
