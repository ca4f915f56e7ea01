"""`newsletter store`: where everything is kept, moved from a file to a server or back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, is_interactive, json_option, many, open_project, progress, say
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.project.upkeep.stores import CopiedStore

__all__ = ["command"]


@click.group("store")
def command() -> None:
    """Where list, ledger and events are kept: move them to another database."""


@command.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="TO")
@click.option("--live", "is_live", is_flag=True, help="A copy to look at: FROM stays the one in use.")
@click.option("--replace", "replaces", is_flag=True, help="Let what is in TO go; a file is kept beside.")
@click.option("--yes", is_flag=True, help="Do not ask before replacing.")
@json_option
def copy(source: str, target: str, is_live: bool, replaces: bool, yes: bool, as_json: bool) -> None:
    """Move everything in the database FROM to the empty database TO, all of it or nothing.

    FROM and TO are written as [store] url is: sqlite:///PATH, postgresql://… or env:NAME. Every row is read
    again in TO. FROM is marked as moved and refuses every change, for two that send would mail readers twice.
    Stop `newsletter serve` and workers first. After an interruption the same command ends the move.
    """
    if replaces and not yes:
        _ask()
    with open_project() as project, ExitStack() as shown:
        done: list[Callable[[int], None]] = []
        moved = project.stores.copy(
            source,
            target,
            is_live=is_live,
            replaces=replaces,
            begun=lambda total: done.append(shown.enter_context(progress("copying rows", total))),
            tell=lambda rows: done[-1](rows),
        )
    if as_json:
        emit_json(
            {
                "from": moved.source,
                "to": moved.target,
                "rows": dict(moved.copied.rows),
                "digests": dict(moved.copied.digests),
                "marked_as_moved": moved.is_marked,
                "held": dict(moved.copied.held),
                "kept": str(moved.copied.kept) if moved.copied.kept else None,
                "files": [str(path) for path in moved.copied.files],
            }
        )
        return
    rows = moved.copied.rows
    click.echo(f"copied and read again: {many(sum(rows.values()), 'row')} in {moved.target}")
    for line in _lines(moved, target):
        say(line)


def _ask() -> None:
    if not is_interactive():
        raise UsageError(Problem(what="nobody is at the terminal to say yes", fix="add --yes"))
    click.confirm("Everything in the database TO goes. Go on?", abort=True, err=True)


def _lines(moved: CopiedStore, target: str) -> list[str]:
    rows, copied = moved.copied.rows, moved.copied
    lines = [
        f"{many(rows['subscriber'], 'subscriber')}, {many(rows['campaign'], 'campaign')},"
        f" {many(rows['delivery'], 'planned mail')}."
    ]
    if copied.kept:
        lines.append(f"What was there: {copied.kept}; remove it once you are sure, it holds addresses.")
    if moved.raw_mails:
        lines.append(f"The originals of mails that came in are files and stay in {moved.raw_mails}.")
    if moved.is_marked:
        lines += [
            f"{moved.source} is marked as moved and is used no more; remove it once you are sure, for it"
            " holds addresses. Now write in newsletter.toml:",
            "",
            "[store]",
            f'url = "{_setting(target)}"',
        ]
    else:
        lines.append(f"{moved.source} stays the one in use. Plan and send no letter from the copy.")
        lines += [
            f"Campaign {campaign} is held in the copy: {many(number, 'reader')} still wait where it is sent."
            for campaign, number in copied.held.items()
        ]
    return lines


def _setting(url: str) -> str:
    """Return what to write for `url`: a password does not belong in a file under version control."""
    login = url.partition("://")[2].partition("@")
    return "env:NEWSLETTER_DATABASE" if login[1] and ":" in login[0] else url
