"""`newsletter init`: a new newsletter in a directory, from nothing or from another program's export."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, json_option, many, say
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.project.moving.moving import Arrival

__all__ = ["command"]

_SHOWN = 20


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option("--name", help="What it is called; the directory's name by default.")
@click.option("--lang", help="Language of the starter: nl or en (default).")
@click.option(
    "--from",
    "export",
    type=click.Path(path_type=Path),
    metavar="EXPORT",
    help="Take letters and readers from an export of Buttondown, listmonk or newsletter.",
)
@click.option("--dry-run", is_flag=True, help="With --from: show what would come over, and make nothing.")
@json_option
def command(
    directory: Path, name: str | None, lang: str | None, export: Path | None, dry_run: bool, as_json: bool
) -> None:
    """Make a new newsletter in DIRECTORY: configuration, a first issue, templates, a CI workflow.

    With --from its letters, readers and who must never be mailed come from another program. What cannot be
    taken over is told.
    """
    from newsletter.project.issues.starting import start_newsletter

    today = date.today()  # noqa: DTZ011 - the author's day
    go = "" if directory == Path() else f"cd {directory}\n  "
    if export is not None:
        from newsletter.project.moving.moving import move_in

        arrival = move_in(directory, export, name=name, lang=lang, today=today, is_kept=not dry_run)
        _show(arrival, go, is_kept=not dry_run, as_json=as_json)
        return
    if dry_run:
        raise UsageError(Problem(what="--dry-run is for --from", fix="leave it out, or name an export"))
    title = name or directory.resolve().name.replace("-", " ").capitalize()
    made = start_newsletter(directory, name=title, lang=lang or "en", today=today)
    if as_json:
        emit_json({"made": [str(path) for path in made]})
        return
    for path in made:
        click.echo(path)
    say(f"\nNext:\n  {go}newsletter preview\n  newsletter subscribers import examples/subscribers.csv")


def _show(arrival: Arrival, go: str, *, is_kept: bool, as_json: bool) -> None:
    readers = arrival.readers
    added = {str(status): n for status, n in sorted(readers.added_by_status.items())} if readers else {}
    if as_json:
        emit_json(
            {
                "program": arrival.program,
                "made": list(arrival.made),
                "kept": is_kept,
                "letters": {
                    "sent": arrival.sent,
                    "drafts": arrival.drafts,
                    "pictures": len(arrival.pictures),
                },
                "readers": added,
                "suppressions": readers.suppressions if readers else 0,
                "pictures": [str(one) for one in arrival.pictures],
                "refused": [str(one) for one in arrival.refused],
                "notes": [str(one) for one in arrival.notes],
            }
        )
        return
    for note in arrival.notes:
        say(f"{click.style('note', fg='yellow')} {note}")
    for row in arrival.refused:
        say(f"{click.style('refused', fg='red')} {row}")
    told = ", ".join(f"{number} {status}" for status, number in added.items()) or "nobody"
    click.echo(f"From {arrival.program}:")
    click.echo(f"  letters  {arrival.sent} sent, {many(arrival.drafts, 'draft')}")
    click.echo(f"  readers  {told}; {len(arrival.refused)} refused")
    if readers and readers.suppressions:
        click.echo(f"  never    {readers.suppressions} more addresses are never mailed")
    _show_pictures(arrival)
    if not is_kept:
        say("Nothing was made yet. To make it, leave out --dry-run")
        return
    say(f"\nNext:\n  {go}newsletter doctor\n  newsletter check\n  newsletter subscribers")


def _show_pictures(arrival: Arrival) -> None:
    """Tell which pictures stayed on the web, the first of many."""
    number = len(arrival.pictures)
    if not number:
        return
    for one in arrival.pictures[:_SHOWN]:
        say(f"{click.style('picture', fg='yellow')} {one}")
    if number > _SHOWN:
        say(f"… and {number - _SHOWN} more; all of them: --json")
    them = "it" if number == 1 else "them"
    say(f"{many(number, 'picture')} stayed on the web; save {them} beside the letters before you leave.")
