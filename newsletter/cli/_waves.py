"""The waves of a campaign under way: what each showed, and what it waits for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import many

if TYPE_CHECKING:
    from newsletter.domain.wave import Wave

__all__ = ["show_waves", "waves_as_dicts"]

_COLORS = {"passed": "green", "open": "cyan", "watched": "cyan", "failed": "red", "closed": None}


def show_waves(waves: Sequence[Wave]) -> None:
    """Print a line for each wave: its state, its readers, and the time or the numbers that decide."""
    for one in waves:
        state = click.style(str(one.state).ljust(7), fg=_COLORS[one.state])
        zone = f" in {one.zone}" if one.zone else ""
        parts = [f"{one.kind}, {many(one.size, 'reader')}{zone}", *_times(one)]
        click.echo(f"  wave {one.number}  {state}  {'; '.join(parts)}")
        if one.why:
            click.echo(f"          {click.style('!', fg='yellow')} {one.why}")


def waves_as_dicts(waves: Sequence[Wave]) -> list[dict[str, object]]:
    """Return the waves for `--json`."""
    return [
        {
            "number": one.number,
            "kind": one.kind,
            "stage": one.stage,
            "state": one.state,
            "readers": one.size,
            "zone": one.zone,
            "not_before": _iso(one.not_before),
            "watched_at": _iso(one.watched_at),
            "passed_at": _iso(one.passed_at),
            "showing": asdict(one.showing) if one.showing else None,
            "why": one.why,
        }
        for one in waves
    ]


def _times(one: Wave) -> list[str]:
    parts = []
    if one.state == "closed" and one.not_before:
        parts.append(f"from {_local(one.not_before)}")
    if one.state == "watched" and one.watched_at and one.gate:
        parts.append(f"looked at until {_local(one.watched_at + timedelta(seconds=one.gate.wait_s))}")
    if one.passed_at:
        parts.append(f"passed {_local(one.passed_at)}")
    if one.showing and one.gate:
        shown = one.showing
        parts.append(
            f"{shown.submitted} went: {shown.bounced + shown.refused} bounced, "
            f"{shown.complained} complained, {shown.dropped} dropped, {shown.unknown} unknown"
        )
    return parts


def _local(at: datetime) -> str:
    return f"{at.astimezone():%Y-%m-%d %H:%M}"


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
