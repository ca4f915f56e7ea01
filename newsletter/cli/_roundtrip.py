"""`newsletter doctor roundtrip`: a letter to yourself and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, open_project, say, ticker
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from newsletter.replies.roundtrip import CameBack, Sign

__all__ = ["refuse_elsewhere", "round_trip"]

_WAIT_S = 120.0


def refuse_elsewhere(options: dict[str, object]) -> None:
    """Refuse options of the round trip beside anything else. Raises UsageError."""
    given = [
        f"--{name.replace('_', '-')}"
        for name, value in options.items()
        if value is not None and value is not False
    ]
    if given:
        raise UsageError(f"{', '.join(given)}: only with newsletter doctor roundtrip")


def round_trip(
    *,
    to: str | None,
    issue: str | None,
    wait: float | None,
    look: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Send the letter, or `look` for one that went before; return 1 when a sign of it was lost."""
    from newsletter.project.upkeep.roundtrip import RoundTrip

    if look is not None and (to or issue or dry_run):
        raise UsageError("--look is about a letter that went; it goes without --to, --issue and --dry-run")
    with open_project() as project, ticker() as tell:
        trip = RoundTrip(project)
        letter = look
        if letter is None:
            sent = trip.send(issue, to, is_trial=dry_run)
            verb = "would go" if dry_run else f"({sent.id}) went"
            say(f"“{sent.subject}” {verb} to {sent.to}, through {project.config.provider.name}.")
            if dry_run:
                return 0
            letter = sent.id
        found = trip.wait(letter, _WAIT_S if wait is None else wait, tell)
        expected = trip.expected
    missing = _missing(found, expected)
    if as_json:
        emit_json(
            {
                "letter": letter,
                "is_answer": found.is_answer,
                "survived": [sign.name.lower() for sign in expected if sign in found.signs],
                "lost": [sign.name.lower() for sign in missing],
                "message_id": found.message_id,
            }
        )
    else:
        _show(found, expected, letter)
    return 1 if missing else 0


def _missing(found: CameBack, expected: tuple[Sign, ...]) -> list[Sign]:
    """Return the signs that were lost; an answer goes to you and never to the address for bounces."""
    from newsletter.replies.roundtrip import Sign

    wanted = [one for one in expected if not (found.is_answer and one is Sign.BOUNCE_ADDRESS)]
    return [one for one in wanted if one not in found.signs]


def _show(found: CameBack, expected: tuple[Sign, ...], letter: str) -> None:
    missing = _missing(found, expected)
    click.echo("An answer to it came in." if found.is_answer else "The letter itself came in.")
    for sign in expected:
        mark, color = ("✗", "red") if sign in missing else ("✓", "green")
        if sign in found.signs or sign in missing:
            click.echo(f"{click.style(mark, fg=color)} {sign}")
    if found.message_id is not None:
        click.echo(f"  it is called {found.message_id} now; answers are known by what else survived")
    if not found.is_answer:
        say(
            "Answer it from your mail program, and see what is left then:"
            f" newsletter doctor roundtrip --look {letter}"
        )
