"""`newsletter events`: what providers tell after they took mail."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, say
from newsletter.errors import DeliveryRefused, Problem

if TYPE_CHECKING:
    from newsletter.domain.events_taken import EventsTaken

__all__ = ["command"]


@click.group("events")
def command() -> None:
    """What providers tell after they took mail: delivered, bounced, complained."""


@command.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--provider", help="Whose reports they are; found out when left out.")
@click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")
@json_option
def import_files(files: tuple[Path, ...], provider: str | None, dry_run: bool, as_json: bool) -> int:
    """Take in reports from FILEs: bodies of webhooks as they came, whole or one on each line.

    What was taken in before does nothing; a file with a fault takes nothing in.
    """
    with open_project() as project:
        taken = project.events.import_files(files, provider=provider, is_trial=dry_run)
    if as_json:
        emit_json({**_as_dict(taken), "dry_run": dry_run})
        return DeliveryRefused.exit_code if taken.restored else 0
    for line in _lines(taken):
        click.echo(line)
    if dry_run:
        say("A dry run: nothing was changed.")
    DeliveryRefused.raise_if([_held(one) for one in taken.restored])
    return 0


def _as_dict(taken: EventsTaken) -> dict[str, object]:
    return {
        "read": taken.read,
        "new": taken.new,
        "kinds": dict(taken.kinds),
        "not_ours": taken.strangers,
        "proven": taken.proven,
        "suppressed": dict(taken.suppressed),
        "held_campaigns": list(taken.restored),
        "doubted": taken.doubted,
    }


def _lines(taken: EventsTaken) -> list[str]:
    kinds = ", ".join(f"{number} {kind}" for kind, number in sorted(taken.kinds.items()))
    lines = [f"{many(taken.read, 'event')}, {taken.new} new{f': {kinds}' if kinds else ''}"]
    if taken.proven:
        lines.append(f"  {taken.proven} of unknown outcome turn out to be taken")
    stopped = ", ".join(f"{number} {reason}" for reason, number in sorted(taken.suppressed.items()))
    if stopped:
        lines.append(f"  never mailed again: {stopped}")
    if taken.strangers:
        lines.append(f"  {taken.strangers} about mail that is not in this ledger, such as tests")
    if taken.doubted:
        lines.append(f"  {taken.doubted} that waited are unknown now")
    return lines


def _held(campaign: str) -> Problem:
    return Problem(
        what=f"campaign {campaign} sent mail that this ledger knows nothing of",
        why="the ledger is older than the mail, as after restoring a backup; who was waiting may have it",
        fix="take in all events since the backup, then look for evidence, or decide: "
        f"newsletter resolve {campaign} --from-events",
    )
