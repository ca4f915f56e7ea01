"""Running a campaign with a bar, a clean stop on Ctrl-C, and a summary that says what to type next."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import emit_json, many, progress, say, styled_count

if TYPE_CHECKING:
    from newsletter.delivery.summary import Summary
    from newsletter.domain.campaign import Campaign
    from newsletter.domain.delivery import DeliveryState
    from newsletter.domain.receipt import Clearance
    from newsletter.project import Project

__all__ = [
    "as_dict",
    "clearance_as_dict",
    "language_lines",
    "languages_as_dict",
    "run_with_progress",
    "show_summary",
    "stopping",
]

_UNDER_WAY = "\nStopping: what is under way is finished first. Once more to break off."

_OPEN = ("pending", "submitting")
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
    """Send what is left of `campaign`, show where everybody stands, and return the exit code.

    Raises DeliveryIncomplete or DeliveryRefused when not everybody was accepted.
    """
    from newsletter.delivery.summary import Summary

    with stopping(_UNDER_WAY) as stop, progress("Sending", campaign.total) as done:
        report = project.sending.run(
            campaign.id, stop=stop, progress=lambda state: done(state.total - state.open)
        )
    summary = Summary(campaign=report.campaign, counts=report.counts)
    if as_json:
        emit_json({**as_dict(summary), "ending": report.ending})
        return summary.exit_code
    click.echo(f"{click.style(str(report.ending), bold=True)}: {_counts_line(report.counts)}")
    click.echo(f"campaign {report.campaign.id}, {project.sending.describe(report.campaign.provider)}")
    if report.waits_until:
        say(f"The rest may leave from {report.waits_until.astimezone():%Y-%m-%d %H:%M %Z}; resume it then.")
    error = summary.error()
    if error:
        raise error
    return 0


def clearance_as_dict(clearance: Clearance | None) -> dict[str, object]:
    """Return why a campaign was let through, for `--json`; nulls for one of before there was a gate."""
    return {
        "checked_at": clearance.checked_at.isoformat() if clearance else None,
        "warnings": list(clearance.warnings) if clearance else None,
        "approved_by": clearance.approved_by if clearance else None,
        "approved_at": clearance.approved_at.isoformat() if clearance and clearance.approved_at else None,
    }


def as_dict(summary: Summary) -> dict[str, object]:
    """Return a summary for `--json`."""
    campaign = summary.campaign
    return {
        "campaign": campaign.id,
        "issue": campaign.issue,
        "segment": campaign.segment,
        "provider": campaign.provider,
        "state": campaign.state,
        "reason": campaign.reason,
        "corrects": campaign.corrects,
        "created_at": campaign.created_at.isoformat(),
        "total": campaign.total,
        "subject": campaign.timing.subject,
        "subject_why": campaign.timing.subject_why,
        "counts": dict(summary.counts),
        "exit_code": summary.exit_code,
    }


def languages_as_dict(languages: Mapping[str, Mapping[DeliveryState, int]]) -> dict[str, object]:
    """Return where the readers of each language stand, for `--json`; nothing for an issue in one."""
    return {"languages": {lang: dict(counts) for lang, counts in languages.items()}} if languages else {}


def language_lines(languages: Mapping[str, Mapping[DeliveryState, int]]) -> Iterator[str]:
    """Yield where the readers of each language stand, a line each."""
    for lang, counts in languages.items():
        yield f"in {lang}: {_counts_line(counts)}"


def show_summary(
    summary: Summary,
    clearance: Clearance | None = None,
    languages: Mapping[str, Mapping[DeliveryState, int]] = MappingProxyType({}),
) -> None:
    """Print where everybody of one campaign stands, why it was let through, and what to do about it."""
    campaign = summary.campaign
    head = click.style(f"{campaign.issue} → {campaign.segment}", bold=True)
    times = f"made {campaign.created_at.astimezone():%Y-%m-%d %H:%M}"
    if campaign.not_before:
        times += f", not before {campaign.not_before.astimezone():%Y-%m-%d %H:%M}"
    click.echo(f"{head}  {campaign.state}, {times}")
    click.echo(f"  {_counts_line(summary.counts)}")
    for line in language_lines(languages):
        click.echo(f"    {line}")
    if campaign.state not in ("finished", "cancelled"):
        click.echo(f"  {_progress_line(summary)}")
    corrects = f", corrects campaign {campaign.corrects}" if campaign.corrects else ""
    click.echo(f"  campaign {campaign.id}, provider {campaign.provider}{corrects}")
    if clearance is not None:
        click.echo(f"  {_cleared(clearance)}")
    if campaign.timing.subject is not None:
        click.echo(f"  the rest gets subject {campaign.timing.subject}: {campaign.timing.subject_why}")
    error = summary.error()
    for problem in error.problems if error else ():
        click.echo(f"  {click.style('!', fg='yellow')} {problem.what}")
        if problem.why:
            click.echo(f"    {problem.why}")
        if problem.fix:
            click.echo(f"    → {problem.fix}")


def _progress_line(summary: Summary) -> str:
    """Return how much of a campaign is done, as a bar of 30 signs and in percent."""
    total = max(sum(summary.counts.values()), 1)
    done = total - sum(number for state, number in summary.counts.items() if state in _OPEN)
    filled = done * 30 // total
    return f"{'█' * filled}{'░' * (30 - filled)} {done * 100 // total} % done"


def _cleared(clearance: Clearance) -> str:
    """Return when the letter was checked, and who approved it, in one line."""
    parts = [f"checked {clearance.checked_at.astimezone():%Y-%m-%d %H:%M}"]
    if clearance.warnings:
        parts.append(f"{many(len(clearance.warnings), 'warning')} seen")
    if clearance.approved_by and clearance.approved_at:
        parts.append(
            f"approved by {clearance.approved_by} on {clearance.approved_at.astimezone():%Y-%m-%d %H:%M}"
        )
    return ", ".join(parts)


def _counts_line(counts: Mapping[DeliveryState, int]) -> str:
    """Return the counts that are not zero, in the order of a delivery's life."""
    by_name = {str(state): number for state, number in counts.items()}
    shown = [styled_count(name, by_name[name], color) for name, color in _COLORS.items() if by_name.get(name)]
    return " · ".join(shown) or "nobody"


@contextmanager
def stopping(told: str) -> Iterator[Callable[[], bool]]:
    """Turn the first SIGINT or SIGTERM into a request to stop, answered with `told`; a second one kills."""
    asked = False

    def ask(number: int, _frame: object) -> None:
        nonlocal asked
        asked = True
        say(told)
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
