"""`newsletter doctor`: is everything set up to arrive?"""

from __future__ import annotations

import click

from newsletter.cli._console import emit_json, json_option, open_project, say

__all__ = ["command"]

_COLORS = {"fine": "green", "warning": "yellow", "problem": "red"}


@click.command("doctor")
@click.argument("what", type=click.Choice(["provider"]), default="provider")
@click.option("--provider", help="Another provider than the configured one.")
@json_option
def command(what: str, provider: str | None, as_json: bool) -> int:
    """Look whether mail can leave and arrive: key, permissions, sender, events. Sends nothing."""
    from newsletter.project.doctor import examine_provider

    with open_project() as project:
        found = examine_provider(project, provider)
    if as_json:
        emit_json(
            {
                what: [
                    {"subject": one.subject, "health": one.health, "what": one.what, "fix": one.fix}
                    for one in found
                ]
            }
        )
    else:
        for one in found:
            click.echo(
                f"{click.style(one.health.ljust(8), fg=_COLORS[one.health])} {one.subject}: {one.what}"
            )
            if one.fix:
                click.echo(f"{'':8} → {one.fix}")
    problems = sum(one.health == "problem" for one in found)
    say("Nothing stands in the way." if not problems else f"{problems} in the way of mail.")
    return 1 if problems else 0
