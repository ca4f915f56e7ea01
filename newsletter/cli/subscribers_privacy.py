"""`newsletter subscribers forget` and `retain`: take people out, at their wish or in time."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, is_interactive, json_option, open_project, say
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.audience.forgetting import Forgotten

__all__ = ["forget", "retain"]


@click.command("forget")
@click.argument("email")
@click.option("--dry-run", is_flag=True, help="Only show what is known of them, and what is out of reach.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def forget(email: str, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Erase everything about EMAIL but a keyed hash, which keeps them from ever being mailed again."""
    with open_project() as project:
        if dry_run or not yes:
            known = project.privacy.known(email)
            if dry_run and as_json:
                emit_json(_as_json(email, known))
                return
            _show(email, known, "known of")
        if dry_run:
            return
        if not yes:
            _ask(email)
        done = project.privacy.forget(email)
    if as_json:
        emit_json(_as_json(email, done))
        return
    if yes:
        _show(email, done, "erased of")
    click.echo(f"{email} is forgotten; a keyed hash keeps them from being mailed or imported again")
    if not done.is_scoured:
        say(
            "A letter is being sent, so unused pages of the database still hold traces;"
            " when it is done: newsletter subscribers retain"
        )


def _ask(email: str) -> None:
    if not is_interactive():
        fix = f"look with --dry-run, then: newsletter subscribers forget {email} --yes"
        raise UsageError(Problem(what="nobody is at the terminal to say yes", fix=fix))
    answer = click.prompt("\nThis cannot be undone. Type the address to forget it", default="", err=True)
    if answer.strip().casefold() != email.strip().casefold():
        raise click.Abort


def _show(email: str, known: Forgotten, what: str) -> None:
    if known.is_nothing:
        say(f"Nothing is {what} {email}")
    for name, number in known.rows.items():
        click.echo(f"  {name}: {number}")
    for path in known.files:
        click.echo(f"  file: {path}")
    if known.unreached:
        say("Out of reach, and up to you:")
    for one in known.unreached:
        say(f"  {one.where}: {one.why}\n    fix: {one.fix}")


def _as_json(email: str, known: Forgotten) -> dict[str, object]:
    return {
        "email": email,
        "rows": dict(known.rows),
        "files": list(known.files),
        "unreached": [{"where": one.where, "why": one.why, "fix": one.fix} for one in known.unreached],
        "scoured": known.is_scoured,
    }


@click.command("retain")
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@json_option
def retain(dry_run: bool, as_json: bool) -> None:
    """Remove what is kept too long: unconfirmed requests, and by [privacy] retention_months the rest."""
    from newsletter.project.people.retention import retain as keep_no_longer

    with open_project() as project:
        months = project.config.privacy.retention_months
        raw_months = project.config.replies.raw_months
        done = keep_no_longer(project, is_trial=dry_run)
    if as_json:
        emit_json({**asdict(done), "months": months, "dry_run": dry_run})
        return
    click.echo("To be removed:" if dry_run else "Removed:")
    for number, what in (
        (done.requests, "requests nobody confirmed within 7 days"),
        (done.mails, "mails to confirm, older than 30 days"),
        (done.details, f"details of letters older than {months} months" if months else ""),
        (done.raw_mails, f"originals of mails older than {raw_months} months"),
        (done.people, f"people who left more than {months} months ago" if months else ""),
    ):
        if what:
            click.echo(f"  {number} {what}")
    if not months:
        say("Details of letters and people who left are kept for ever; see [privacy] retention_months")
    if done.is_more:
        say("There are more people who left; run it again: newsletter subscribers retain")
    if not done.is_scoured:
        say("A letter is being sent; unused pages of the database are cleaned the next time")
