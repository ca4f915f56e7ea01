"""Running a campaign with a bar, a clean stop on Ctrl-C, and a summary that says what to type next."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, progress, say, styled_count

if TYPE_CHECKING:
    from newsletter.delivery.engine import RunReport
    from newsletter.domain.campaign import Campaign
    from newsletter.project import Project

__all__ = ["counts_line", "run_with_progress"]

_COLORS = {
    "accepted": "green",
    "pending": "cyan",
    "submitting": "cyan",
    "rejected": "red",
    "unknown": "yellow",
    "suppressed": None,
    "cancelled": None,
}


def run_with_progress(project: Project, campaign: Campaign, *, as_json: bool) -> int:
    """Send what is left of `campaign`, show where everybody stands, and return the exit code."""
    with _stopping() as stop, progress("Sending", campaign.total) as done:
        report = project.sending.run(
            campaign.id, stop=stop, progress=lambda state: done(state.total - state.open)
        )
    code = project.sending.exit_code(report)
    if as_json:
        emit_json(
            {
                "campaign": report.campaign.id,
                "ending": report.ending,
                "counts": dict(report.counts),
                "exit_code": code,
            }
        )
        return code
    _summarise(project, report)
    return code


def counts_line(counts: Mapping[str, int]) -> str:
    """Return the counts that are not zero, in the order of a delivery's life."""
    shown = [styled_count(name, counts[name], color) for name, color in _COLORS.items() if counts.get(name)]
    return " · ".join(shown) or "nobody"


def _summarise(project: Project, report: RunReport) -> None:
    campaign = report.campaign
    click.echo(f"{click.style(str(report.ending), bold=True)}: {counts_line(report.counts)}")
    click.echo(f"campaign {campaign.id}, through {project.sending.describe(campaign.issue)}")
    for line in project.sending.advice(report):
        say(line)


@contextmanager
def _stopping() -> Iterator[Callable[[], bool]]:
    """Turn the first SIGINT or SIGTERM into a request to stop; a second one ends the process."""
    asked = False

    def ask(number: int, _frame: object) -> None:
        nonlocal asked
        asked = True
        say("\nStopping: what is under way is finished first. Once more to break off.")
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
