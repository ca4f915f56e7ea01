"""`newsletter send`: plan, show, ask, submit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli._ask import ask_number
from newsletter.cli._campaign import run_with_progress
from newsletter.cli._console import (
    emit_json,
    is_interactive,
    json_option,
    open_project,
    progress,
    say,
    ticker,
)
from newsletter.cli._gate import acknowledge, gate_as_dict
from newsletter.cli._plan import plan_as_dict, show_plan
from newsletter.cli._rehearsal import rehearsals_as_dict, rehearse_with_ticker, show_rehearsals
from newsletter.cli._sync import sync_before
from newsletter.cli._undo import can_go
from newsletter.cli._workers import leave_to_workers
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.domain.campaign import Campaign
    from newsletter.domain.receipt import Clearance
    from newsletter.project import Project
    from newsletter.project.sending.campaigns import Prepared

__all__ = ["command"]


_ONE_LANGUAGE = Problem(
    what="--lang goes with --test only",
    why="an issue is sent in all its languages at once, each reader in their own",
    fix="to mail the readers of one language first: --to 'segment:NAME lang:nl'",
)


class _Send(click.Command):
    """`--dry-run=provider` is a flag of its own: an option that may have a value would swallow ISSUE."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments."""
        return super().parse_args(
            ctx, ["--dry-run-provider" if one == "--dry-run=provider" else one for one in args]
        )


def _show_doubts(project: Project, segment: str) -> None:
    from newsletter.project.readers.doubtful_words import doubtful_words

    for doubt in doubtful_words(project, segment):
        say(f"{click.style('warning', fg='yellow')}  {doubt}")


@click.command("send", cls=_Send)
@click.argument("issue")
@click.option("--to", "segment", help="Segment or expression; the issue's own segment by default.")
@click.option(
    "--test", "tests", multiple=True, metavar="ADDRESS", help="Mail a marked test here; repeatable."
)
@click.option("--lang", metavar="LANG", help="With --test: only this language of an issue in several.")
@click.option(
    "--at",
    "when",
    metavar="WHEN",
    help='When it leaves: "2026-12-01 09:30", "tomorrow 9:30", with a zone behind it if need be.',
)
@click.option("--canary", metavar="SIZE", help="How many go first and are looked at: 300, 5%, auto or off.")
@click.option(
    "--undo", metavar="TIME", help="How long you can still take it back: 30s, 5m; 0 for not at all."
)
@click.option("--provider", help="Another provider than the configured one.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Show the plan and send nothing; --dry-run=provider shows the provider the first batch as well.",
)
@click.option("--dry-run-provider", is_flag=True, hidden=True)
@click.option("--queue", is_flag=True, help="Plan it and leave it to workers: see newsletter worker.")
@click.option("--yes", is_flag=True, help="Do not ask, warnings are seen; needed without a terminal.")
@json_option
def command(
    issue: str,
    segment: str | None,
    tests: tuple[str, ...],
    lang: str | None,
    when: str | None,
    canary: str | None,
    undo: str | None,
    provider: str | None,
    dry_run: bool,
    dry_run_provider: bool,
    queue: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Send ISSUE to a segment: shows who gets it and asks before anything leaves."""
    dry_run = dry_run or dry_run_provider
    overrides = {"provider.name": provider} if provider else None
    from newsletter.delivery.wish import Wish

    wish = Wish(at=when, undo=undo, canary=canary, is_watched=is_interactive())
    with open_project(overrides=overrides) as project:
        path = project.issues.find(issue)
        if tests:
            return _send_tests(project, path, tests, lang, dry_run=dry_run, as_json=as_json)
        if lang:
            raise UsageError(_ONE_LANGUAGE)
        if not dry_run:
            project.sending.check_free()
            sync_before(project)
        prepared = project.sending.prepare(path, segment=segment, wish=wish)
        plan = prepared.plan
        with ticker() as tell:
            judgement = project.gate.judge(path, plan.segment, tell)
        rehearsals = rehearse_with_ticker(project, prepared) if dry_run_provider else None
        if as_json and dry_run:
            emit_json({**plan_as_dict(plan), **gate_as_dict(judgement), **rehearsals_as_dict(rehearsals)})
        else:
            show_plan(plan, judgement)
            _show_doubts(project, plan.segment)
            show_rehearsals(rehearsals)
        clearance = judgement.require()
        if dry_run:
            say("\nA dry run: nothing was sent and nothing was written down.")
            return 0 if all(one.is_fine for one in rehearsals or ()) else 5
        if not yes:
            acknowledge(judgement)
            ask_number(plan.count)
        campaign = _freeze(project, prepared, clearance)
        if queue:
            return leave_to_workers(project, campaign, as_json=as_json)
        if not can_go(project, campaign):
            return 4
        return run_with_progress(project, campaign, as_json=as_json)


def _freeze(project: Project, prepared: Prepared, clearance: Clearance) -> Campaign:
    project.sending.check_free()
    with progress("Planning", prepared.plan.count) as done:
        return project.sending.freeze(prepared, clearance, done)


def _send_tests(
    project: Project, path: Path, tests: tuple[str, ...], lang: str | None, *, dry_run: bool, as_json: bool
) -> int:
    if dry_run:
        say(f"A dry run: a test would go to {', '.join(tests)}")
        return 0
    outcomes = project.sending.test(path, tests, lang)
    if as_json:
        emit_json(
            [
                {"email": email, "outcome": outcome.kind, "detail": outcome.detail}
                for email, outcome in outcomes
            ]
        )
    else:
        for email, outcome in outcomes:
            detail = f": {outcome.detail}" if outcome.detail else ""
            click.echo(f"{email} {outcome.kind}{detail}")
        say(f"Sent through {project.sending.describe()}")
    return 0 if all(outcome.kind == "accepted" for _, outcome in outcomes) else 5
