"""`newsletter events`: what providers tell after they took mail."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from newsletter.cli._console import emit_json, json_option, many, open_project, parse_when, say
from newsletter.cli._events import as_dict, held, lines
from newsletter.errors import DeliveryRefused, Problem, UsageError

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
        emit_json({**as_dict(taken), "dry_run": dry_run})
        return DeliveryRefused.exit_code if taken.restored else 0
    for line in lines(taken):
        click.echo(line)
    if dry_run:
        say("A dry run: nothing was changed.")
    DeliveryRefused.raise_if([held(one) for one in taken.restored])
    return 0


@command.command("replay")
@click.option("--since", metavar="WHEN", help="Only reports that came in at this moment or later.")
@click.option("--provider", help="Only reports of this provider.")
@click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")
@json_option
def replay(since: str | None, provider: str | None, dry_run: bool, as_json: bool) -> int:
    """Read the reports that came in once more, by the rules of today.

    What was understood before does nothing; who is never mailed stays so.
    """
    with open_project() as project:
        moment = parse_when(since, "--since")
        if provider is not None:
            project.events.reader(provider)
        replayed = project.webhooks.replay(since=moment, provider=provider, is_trial=dry_run)
    taken = replayed.taken
    if as_json:
        emit_json(
            {
                "reports": replayed.bodies,
                "unreadable": replayed.unreadable,
                **as_dict(taken),
                "dry_run": dry_run,
            }
        )
        return DeliveryRefused.exit_code if taken.restored else 0
    click.echo(f"{many(replayed.bodies, 'report')} read again")
    for line in lines(taken):
        click.echo(line)
    if replayed.unreadable:
        say(f"{replayed.unreadable} cannot be read; see: newsletter events list")
    if dry_run:
        say("A dry run: nothing was changed.")
    DeliveryRefused.raise_if([held(one) for one in taken.restored])
    return 0


@command.command("list")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True, help="How many.")
@json_option
def list_reports(limit: int, as_json: bool) -> None:
    """Show the newest reports that came in, and what is wrong with them."""
    with open_project() as project:
        found = project.webhooks.summaries(limit)
    if as_json:
        emit_json(
            [
                {
                    "report": one.id,
                    "provider": one.provider,
                    "received_at": one.received_at,
                    "applied_at": one.applied_at,
                    "trouble": one.trouble,
                }
                for one in found
            ]
        )
        return
    for one in found:
        state = one.trouble or ("applied" if one.applied_at else "waits")
        click.echo(f"{one.id:>6}  {one.received_at:%Y-%m-%d %H:%M:%S}  {one.provider:<10} {state}")
    if not found:
        say("No report came in, or all are older than [events] keep_days.")


@command.command("show")
@click.argument("report", type=int)
def show_report(report: int) -> None:
    """Write the report with number REPORT to standard output, byte for byte."""
    with open_project() as project:
        body = project.webhooks.body(report)
    if body is None:
        raise UsageError(Problem(what=f"there is no report {report}", fix="newsletter events list"))
    sys.stdout.buffer.write(body.data)
    sys.stdout.flush()
