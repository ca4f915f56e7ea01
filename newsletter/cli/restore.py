"""`newsletter restore`: a backup in the place of the database, without mailing anybody again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, is_interactive, json_option, many, open_project, say
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.project.upkeep.backup import Restored

__all__ = ["command"]


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def command(file: Path, yes: bool, as_json: bool) -> int:
    """Put the backup FILE in the place of the database; what was there is kept beside it.

    Originals of mails that are gone come back. Who left since stays away, and a campaign that may have been
    sent since is held.
    """
    with open_project() as project:
        made = project.backups.verify(file).manifest.made_at
        if not yes:
            _ask(f"{made:%Y-%m-%d %H:%M} UTC")
        restored = project.backups.restore(file)
    if as_json:
        emit_json(
            {
                "made_at": restored.manifest.made_at,
                "kept": str(restored.kept) if restored.kept else None,
                "left_since": restored.left_since,
                "paused_since": restored.paused_since,
                "chose_since": restored.chose_since,
                "came_since": restored.came_since,
                "held_mails": restored.held_mails,
                "held": dict(restored.held),
                "lost_issues": list(restored.lost),
                "knows_who_left": not restored.is_blind,
                "mails": restored.mails,
            }
        )
    else:
        click.echo(f"the database is as it was on {made:%Y-%m-%d %H:%M} UTC")
        for line in _lines(restored):
            say(line)
    return 0


def _ask(made: str) -> None:
    if not is_interactive():
        raise UsageError(Problem(what="nobody is at the terminal to say yes", fix="add --yes"))
    click.confirm(f"The database becomes as it was on {made}. Go on?", abort=True, err=True)


def _lines(restored: Restored) -> list[str]:
    lines = []
    if restored.kept:
        lines.append(f"What was there: {restored.kept}; remove it once you are sure, it holds addresses.")
    if restored.mails:
        lines.append(f"{many(restored.mails, 'original')} of mails that came in put back.")
    if restored.left_since:
        lines.append(f"{many(restored.left_since, 'reader')} who left since stay away.")
    if restored.paused_since:
        lines.append(f"{many(restored.paused_since, 'reader')} who paused since still pause.")
    if restored.chose_since:
        lines.append(f"{many(restored.chose_since, 'reader')} who chose topics or language since keep that.")
    if restored.held_mails:
        lines.append(
            f"{many(restored.held_mails, 'mail')} to one person may have gone by now and wait no more:"
            " who got none can ask again."
        )
    if restored.came_since:
        lines.append(
            f"{many(restored.came_since, 'reader')} who came or confirmed since:"
            " only in the copy of what was there."
        )
    if restored.is_blind:
        lines.append("Nobody knows who left since: take in all events since then with `events import`.")
    for campaign, number in restored.held.items():
        lines.append(f"Campaign {campaign} is held: {number} who waited may have the letter by now.")
        lines.append(f"  Take in all events since then; then: newsletter resolve {campaign} --from-events")
    lines += [
        f"Somebody may have {issue} already: the database no longer knows who." for issue in restored.lost
    ]
    return lines
