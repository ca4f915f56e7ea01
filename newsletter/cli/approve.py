"""`newsletter approve`: say yes to a letter as it is."""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, json_option, open_project, say

__all__ = ["command"]


@click.command("approve")
@click.argument("issue")
@click.option("--by", metavar="NAME", help="Who says yes; the person git knows by default.")
@json_option
def command(issue: str, by: str | None, as_json: bool) -> None:
    """Say yes to ISSUE as it is now: its text, its templates, its pictures and the settings of the letter.

    With `approval = true` below `[send]` nothing leaves without it. Of an issue in several languages each is
    said yes to by itself; name one of its files for that one alone.
    """
    with open_project() as project:
        given = [
            (project.gate.approve(path, by), project.gate.approvals_file(path))
            for path in project.issues.find_all(issue)
        ]
    if as_json:
        found = [
            {
                "issue": issue,
                "by": approval.by,
                "at": approval.at.isoformat(),
                "digest": approval.digest,
                "file": kept,
            }
            for approval, kept in given
        ]
        emit_json(found[0] if len(found) == 1 else found)
        return
    for approval, kept in given:
        click.echo(f"approved by {approval.by}: {approval.digest[:16]}")
        say(f"Written to {kept}; commit it, so that it reaches whoever sends.")
