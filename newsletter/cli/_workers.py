"""Who sends, and what holds mail up: for `status`, and what is said to who leaves a campaign to workers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, many, say

if TYPE_CHECKING:
    from newsletter.domain.campaign import Campaign
    from newsletter.domain.lease import HeldBatches, WorkerRow
    from newsletter.project import Project

__all__ = [
    "leave_to_workers",
    "rates_as_dict",
    "show_rates",
    "show_workers",
    "tell_what_is_held",
    "workers_as_dicts",
]


def leave_to_workers(project: Project, campaign: Campaign, *, as_json: bool) -> int:
    """Let workers send `campaign`, and say what to type to see it."""
    queued = project.sending.queue(campaign.id)
    alive = [one for one in project.sending.workers() if not one.lost]
    if as_json:
        emit_json({"campaign": queued.id, "state": queued.state, "workers": len(alive)})
        return 0
    click.echo(f"campaign {queued.id} is left to workers")
    say(f"To see how far it is: newsletter status {queued.id}")
    say(f"To take it back: newsletter cancel {queued.id}")
    if not alive:
        say("No worker is at work. To start one: newsletter worker")
    return 0


def tell_what_is_held(held: Sequence[HeldBatches]) -> None:
    """Say what others have under way, and how long it is waited for when they stay silent."""
    for one in held:
        say(
            f"{_batches(one.batches)} ({many(one.readers, 'reader')}) under way at {one.name}: waited for; "
            f"without a sign of life unknown in {max(one.seconds_left, 0):.0f} s"
        )


def show_workers(workers: Sequence[WorkerRow]) -> None:
    """Print a line for each process that sends."""
    now = datetime.now(UTC)
    for one in workers:
        heard = max((now - one.seen_at).total_seconds(), 0.0)
        held = f"{_batches(one.batches)} under way ({one.readers} readers)"
        silent = click.style(", ended or silent: it does not count any more", fg="yellow") if one.lost else ""
        click.echo(
            f"worker {one.name}, since {one.since.astimezone():%Y-%m-%d %H:%M}, "
            f"heard {heard:.0f} s ago, {held}{silent}"
        )


def _batches(number: int) -> str:
    return "1 batch" if number == 1 else f"{number} batches"


def show_rates(rates: Mapping[str, datetime]) -> None:
    """Print which rates hold mail up."""
    for name, until in rates.items():
        click.echo(f"rate of {name.replace(':', ' ', 1)}: full until {until.astimezone():%H:%M:%S}")


def workers_as_dicts(workers: Sequence[WorkerRow]) -> list[dict[str, object]]:
    """Return the processes that send, for `--json`."""
    return [
        {
            "worker": one.name,
            "since": one.since.isoformat(),
            "seen_at": one.seen_at.isoformat(),
            "batches": one.batches,
            "readers": one.readers,
            "is_lost": one.lost,
        }
        for one in workers
    ]


def rates_as_dict(rates: Mapping[str, datetime]) -> dict[str, str]:
    """Return which rates hold mail up, and until when, for `--json`."""
    return {name: until.isoformat() for name, until in rates.items()}
