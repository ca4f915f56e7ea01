"""`newsletter send`: plan, show, ask, submit."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from newsletter.cli._campaign import run_with_progress
from newsletter.cli._console import (
    emit_json,
    is_interactive,
    json_option,
    many,
    open_project,
    parse_when,
    progress,
    say,
    ticker,
)
from newsletter.cli._gate import acknowledge, gate_as_dict, gate_rows, show_warnings
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.delivery.plan import SendPlan
    from newsletter.domain.campaign import Campaign
    from newsletter.domain.receipt import Clearance
    from newsletter.project import Project
    from newsletter.project.gate import Judgement
    from newsletter.project.sending import Prepared

__all__ = ["command"]


@click.command("send")
@click.argument("issue")
@click.option("--to", "segment", help="Segment or expression; the issue's own segment by default.")
@click.option(
    "--test", "tests", multiple=True, metavar="ADDRESS", help="Mail a marked test here; repeatable."
)
@click.option("--at", "when", metavar="WHEN", help="Not before this moment (ISO 8601).")
@click.option("--provider", help="Another provider than the configured one.")
@click.option("--dry-run", is_flag=True, help="Show the plan and send nothing.")
@click.option("--yes", is_flag=True, help="Do not ask, warnings are seen; needed without a terminal.")
@json_option
def command(
    issue: str,
    segment: str | None,
    tests: tuple[str, ...],
    when: str | None,
    provider: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Send ISSUE to a segment: shows who gets it and asks before anything leaves."""
    overrides = {"provider.name": provider} if provider else None
    with open_project(overrides=overrides) as project:
        path = project.issues.find(issue)
        if tests:
            return _send_tests(project, issue, tests, dry_run=dry_run, as_json=as_json)
        if not dry_run:
            project.sending.check_free()
        prepared = project.sending.prepare(path, segment=segment, not_before=parse_when(when, "--at"))
        plan = prepared.plan
        with ticker() as tell:
            judgement = project.gate.judge(path, plan.segment, tell)
        if as_json and dry_run:
            emit_json({**_as_dict(plan), **gate_as_dict(judgement)})
        else:
            _show(plan, judgement)
        clearance = judgement.require()
        if dry_run:
            say("\nA dry run: nothing was sent and nothing was written down.")
            return 0
        if not yes:
            acknowledge(judgement)
            _ask(plan)
        campaign = _freeze(project, prepared, clearance)
        return run_with_progress(project, campaign, as_json=as_json)


def _show(plan: SendPlan, judgement: Judgement) -> None:
    others = ", ".join(f"{one.count} {one.reason}" for one in plan.left_out)
    rows = [
        ("letter", f"{plan.subject} ({plan.issue_path})"),
        ("to", f"{plan.segment}: {many(plan.count, 'reader')}" + (f"; left out: {others}" if others else "")),
        *_variant_rows(plan),
        ("first", plan.first),
        ("last", plan.last),
        ("from", f"{plan.sender}, answers to {plan.reply_to.email}"),
        ("through", plan.provider_text),
        ("batches", f"{plan.batches} of at most {plan.batch_size}"),
        ("digest", plan.digests.content[:16]),
        *gate_rows(judgement),
    ]
    if plan.not_before:
        rows.append(("when", f"not before {plan.not_before.astimezone():%A %d %B %Y %H:%M %Z}"))
    for label, text in rows:
        say(f"{click.style(label.ljust(8), fg='cyan')} {text}")
    for warning in plan.warnings:
        say(f"{click.style('warning', fg='yellow')}  {warning}")
    show_warnings(judgement)


def _variant_rows(plan: SendPlan) -> list[tuple[str, str]]:
    """Return a row for each letter, where there is more than one or a block that nobody sees."""
    if not plan.conditions:
        return []
    rows = []
    for one in plan.variants:
        blocks = "every block" if len(one.shown) == len(plan.conditions) else ", ".join(one.shown)
        rows.append(("variant", f"{many(one.count, 'reader')} with {blocks or 'no conditional block'}"))
    return rows


def _as_dict(plan: SendPlan) -> dict[str, object]:
    return {
        "issue": plan.issue,
        "path": plan.issue_path,
        "subject": plan.subject,
        "segment": plan.segment,
        "count": plan.count,
        "left_out": [{"count": one.count, "reason": one.reason} for one in plan.left_out],
        "conditions": list(plan.conditions),
        "variants": [{"key": one.key, "count": one.count, "shown": list(one.shown)} for one in plan.variants],
        "first": plan.first,
        "last": plan.last,
        "from": str(plan.sender),
        "reply_to": str(plan.reply_to),
        "provider": plan.provider,
        "batches": plan.batches,
        "batch_size": plan.batch_size,
        "digests": asdict(plan.digests),
        "not_before": plan.not_before.isoformat() if plan.not_before else None,
        "warnings": [str(warning) for warning in plan.warnings],
    }


def _freeze(project: Project, prepared: Prepared, clearance: Clearance) -> Campaign:
    project.sending.check_free()
    with progress("Planning", prepared.plan.count) as done:
        return project.sending.freeze(prepared, clearance, done)


def _ask(plan: SendPlan) -> None:
    if not is_interactive():
        raise UsageError(
            Problem(
                what="nobody is at the terminal to say yes",
                fix="look at the plan with --dry-run, then add --yes",
            )
        )
    answer = click.prompt(
        f"\nType {plan.count} to send to {many(plan.count, 'reader')}, anything else to stop",
        default="",
        show_default=False,
        err=True,
    )
    if answer.strip() != str(plan.count):
        raise click.Abort


def _send_tests(project: Project, issue: str, tests: tuple[str, ...], *, dry_run: bool, as_json: bool) -> int:
    if dry_run:
        say(f"A dry run: a test would go to {', '.join(tests)}")
        return 0
    outcomes = project.sending.test(project.issues.find(issue), tests)
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
