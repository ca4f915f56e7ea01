"""`newsletter replies purge`: originals that are too old, or mails that should not be here."""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, is_interactive, json_option, many, open_project, say
from newsletter.cli._replies import MAIL_NUMBER
from newsletter.errors import Problem, UsageError

__all__ = ["command"]


@click.command("purge")
@click.argument("numbers", nargs=-1, type=MAIL_NUMBER, metavar="[MAIL]...")
@click.option("--dry-run", is_flag=True, help="Only show what would be removed.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@json_option
def command(numbers: tuple[int, ...], dry_run: bool, yes: bool, as_json: bool) -> None:
    """Remove the originals of mails older than [replies] raw_months; what was read in them stays.

    With numbers MAIL: remove these mails and all that was made of them, for good.
    """
    with open_project() as project:
        removal = project.replies.removal
        if not numbers:
            done = removal.drop_old(is_trial=dry_run)
        else:
            mails = [project.replies.get(number) for number in dict.fromkeys(numbers)]
            if not dry_run:
                _ask(len(mails), is_certain=yes)
            done = len(mails) if dry_run else removal.remove(numbers)
    what = many(done, "mail") if numbers else many(done, "original")
    if as_json:
        emit_json({"removed": done, "dry_run": dry_run})
        return
    click.echo(f"{what} would be removed" if dry_run else f"{what} removed")


def _ask(count: int, *, is_certain: bool) -> None:
    if is_certain:
        return
    if not is_interactive():
        problem = Problem(what="nobody can say yes here, and nothing brings a mail back", fix="add --yes")
        raise UsageError(problem)
    say(f"{many(count, 'mail')} and all that was made of them, such as answers and quotes, will be gone.")
    click.confirm("Remove them for good?", abort=True, err=True)
