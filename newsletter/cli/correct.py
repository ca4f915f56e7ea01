"""`newsletter correct`: mend a letter that is going out, or went out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli._ask import ask_number
from newsletter.cli._campaign import run_with_progress
from newsletter.cli._console import emit_json, json_option, many, open_project, progress, say, ticker
from newsletter.cli._gate import acknowledge, gate_as_dict
from newsletter.cli._plan import plan_as_dict, show_plan
from newsletter.cli._undo import can_go
from newsletter.domain.duration import parse_duration_s
from newsletter.errors import Problem, UsageError

if TYPE_CHECKING:
    from newsletter.domain.campaign import Campaign
    from newsletter.project import Project
    from newsletter.project.sending.correcting import CorrectionPlan

__all__ = ["command"]

_SHOWN = 20


@click.command("correct")
@click.argument("issue")
@click.option(
    "--notice", metavar="FILE", help="Mail this short letter to exactly those who have the faulty one."
)
@click.option(
    "--lang",
    metavar="LANG",
    help="With --notice: only to those who got ISSUE in this language; by default that of the file named.",
)
@click.option("--campaign", help="The faulty campaign, where it is not the newest of ISSUE.")
@click.option(
    "--include-unknown", is_flag=True, help="Also mail those who may or may not have the faulty one."
)
@click.option(
    "--wait",
    metavar="TIME",
    default="60s",
    help="How long to wait until the process that sends the faulty letter has stopped: 60s, 5m.",
)
@click.option("--dry-run", is_flag=True, help="Show the plan; stop, send and write down nothing.")
@click.option("--yes", is_flag=True, help="Do not ask, warnings are seen; needed without a terminal.")
@json_option
def command(
    issue: str,
    notice: str | None,
    lang: str | None,
    campaign: str | None,
    include_unknown: bool,
    wait: str,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Send ISSUE as you mended it to who was not mailed yet; the faulty campaign stops at once."""
    wait_s = _seconds(wait)
    with open_project() as project:
        path = project.issues.find(issue)
        faulty = project.correcting.find(path, campaign)
        if not dry_run and notice is None:
            project.correcting.stop(faulty, wait_s)
        with ticker() as tell:
            plan = project.correcting.plan(
                path,
                faulty,
                notice=project.issues.find(notice) if notice else None,
                includes_unknown=include_unknown,
                lang=project.correcting.language(issue, lang) if notice else None,
                tell=tell,
            )
        _show(project, plan, as_json=as_json and dry_run)
        if plan.prepared is None or plan.judgement is None:
            return _only_archive(project, plan, dry_run=dry_run, as_json=as_json)
        clearance = plan.judgement.require()
        if dry_run:
            say("\nA dry run: nothing was stopped, sent or written down.")
            return 0
        if not yes:
            acknowledge(plan.judgement)
            ask_number(plan.prepared.plan.count)
        project.sending.check_free()
        with progress("Planning", plan.prepared.plan.count) as done:
            made = project.sending.freeze(plan.prepared, clearance, done)
        if not can_go(project, made):
            return 4
        return run_with_progress(project, made, as_json=as_json)


def _seconds(wait: str) -> float:
    try:
        return parse_duration_s(wait)
    except ValueError as error:
        raise UsageError(Problem(what=f"--wait: {error}", fix="write --wait 60s, or --wait 0")) from None


def _show(project: Project, plan: CorrectionPlan, *, as_json: bool) -> None:
    if as_json:
        emit_json(_as_dict(plan))
        return
    faulty, standing = plan.faulty, plan.standing
    say(f"{click.style('faulty', fg='cyan')}   campaign {faulty.id}, {faulty.issue} → {faulty.segment}")
    say(
        f"         {many(standing.accepted, 'reader')} with the faulty letter{_in_language(plan)}, "
        f"{standing.unmailed} not mailed, {standing.unknown} unknown"
    )
    if standing.unknown:
        _show_unknown(project, faulty, is_mailed=plan.correction.includes_unknown)
    if plan.prepared is not None and plan.judgement is not None:
        show_plan(plan.prepared.plan, plan.judgement)


def _in_language(plan: CorrectionPlan) -> str:
    return f" in {plan.correction.lang}" if plan.correction.lang else ""


def _show_unknown(project: Project, faulty: Campaign, *, is_mailed: bool) -> None:
    verdict = "are mailed all the same" if is_mailed else "are left out; --include-unknown mails them too"
    say(f"         who is unknown may or may not have it: they {verdict}")
    unknown = [row.email for row in project.sending.deliveries(faulty.id) if row.state == "unknown"]
    for email in unknown[:_SHOWN]:
        say(f"         ? {email}")
    if len(unknown) > _SHOWN:
        say(f"         … and {len(unknown) - _SHOWN} more: newsletter status {faulty.id} --deliveries")


def _only_archive(project: Project, plan: CorrectionPlan, *, dry_run: bool, as_json: bool) -> int:
    """End when nobody is left to be mailed: the archive is to show the mended letter all the same."""
    if not dry_run:
        project.correcting.note(plan)
    if as_json and not dry_run:
        emit_json(_as_dict(plan))
        return 0
    say(
        "Nobody is left to get the mended letter; it is written down for the archive."
        if not dry_run
        else "Nobody is left to get the mended letter; only the archive would get it."
    )
    say(f"To tell who has the faulty one: newsletter correct {plan.faulty.issue} --notice FILE")
    return 0


def _as_dict(plan: CorrectionPlan) -> dict[str, object]:
    prepared, judgement = plan.prepared, plan.judgement
    return {
        "faulty": plan.faulty.id,
        "kind": plan.correction.kind,
        **({"lang": plan.correction.lang} if plan.correction.lang else {}),
        "accepted": plan.standing.accepted,
        "unmailed": plan.standing.unmailed,
        "unknown": plan.standing.unknown,
        "includes_unknown": plan.correction.includes_unknown,
        "content": plan.content,
        "plan": plan_as_dict(prepared.plan) if prepared else None,
        **(gate_as_dict(judgement) if judgement else {}),
    }
