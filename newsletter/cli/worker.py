"""`newsletter worker`: send running campaigns, beside any number of others."""

from __future__ import annotations

import click

from newsletter.cli._campaign import stopping
from newsletter.cli._console import open_project, say

__all__ = ["command"]

_STOPPING = "\nStopping: what is under way is finished first. Once more to break off."


@click.command("worker")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 32),
    default=1,
    show_default=True,
    help="How many campaigns to send at once; workers share each of them.",
)
@click.option("--once", is_flag=True, help="Send what can leave now, do the chores, and end.")
@click.option(
    "--lease",
    "lease_s",
    type=click.IntRange(3, 3600),
    default=30,
    show_default=True,
    help="Seconds after which a worker that gives no sign of life has lost what it had under way.",
)
def command(concurrency: int, once: bool, lease_s: int) -> None:
    """Send running campaigns, and look after events, mail that comes in and what is kept too long."""
    from newsletter.project.sending.pumping import Pumping
    from newsletter.workers import serve_worker

    with open_project() as project, stopping(_STOPPING) as stop:
        serve_worker(
            project,
            Pumping(project, lease_s=lease_s),
            stop=stop,
            once=once,
            concurrency=concurrency,
            announce=lambda name: say(f"{name}: at work. Stop with Ctrl-C."),
        )
    say("Stopped.")
