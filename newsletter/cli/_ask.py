"""The question before a letter leaves: a number to type, so that nobody says yes by habit."""

from __future__ import annotations

import click

from newsletter.cli._console import is_interactive, many
from newsletter.errors import Problem, UsageError

__all__ = ["ask_number"]


def ask_number(count: int) -> None:
    """Go on when somebody types `count`. Raises UsageError when nobody can, Abort for anything else."""
    if not is_interactive():
        raise UsageError(
            Problem(
                what="nobody is at the terminal to say yes",
                fix="look at the plan with --dry-run, then add --yes",
            )
        )
    answer = click.prompt(
        f"\nType {count} to send to {many(count, 'reader')}, anything else to stop",
        default="",
        show_default=False,
        err=True,
    )
    if answer.strip() != str(count):
        raise click.Abort
