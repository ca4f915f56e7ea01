"""`newsletter check`: find every fault before it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import many, open_project, parse_when, say, ticker
from newsletter.cli._findings import FORMATS, add_job_summary, annotating, shown

if TYPE_CHECKING:
    from newsletter.checks.context import CheckContext
    from newsletter.domain.finding import CheckReport
    from newsletter.project import Project

__all__ = ["command"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Mending:
    """What `--fix`, `--unsafe-fixes` and `--diff` ask for."""

    fix: bool
    unsafe: bool
    diff: bool


def _codes(_context: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes asked for: the option may be repeated, and hold several between commas."""
    return tuple(code for value in values for part in value.split(",") if (code := part.strip()))


@click.command("check")
@click.argument("issues", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="human",
    show_default=True,
    help="How to show what was found.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--to", "segment", help="Check against this segment instead of the issue's own.")
@click.option(
    "--select",
    multiple=True,
    callback=_codes,
    metavar="CODES",
    help="Only these codes or prefixes: TX,LK022.",
)
@click.option(
    "--ignore", multiple=True, callback=_codes, metavar="CODES", help="Not these codes or prefixes: TX,LK022."
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option(
    "--network", is_flag=True, help="Also ask whether links lead anywhere, and the sender's domain."
)
@click.option("--browser", is_flag=True, help="Also look at the letter in Chromium: light, dark, narrow.")
@click.option("--spam", is_flag=True, help="Also ask a spam filter what it thinks of the message.")
@click.option(
    "--fix", is_flag=True, help="Mend in the file what can be mended without changing what is said."
)
@click.option("--unsafe-fixes", is_flag=True, help="Mend also where readers get other words; look at them.")
@click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--baseline", metavar="FILE", help="Leave out what FILE knows from an earlier day.")
@click.option("--write-baseline", metavar="FILE", help="Write what is found now to FILE, and leave.")
@click.option("--changed-since", metavar="REF", help="Only issues that git says changed since REF.")
@click.option("--statistics", is_flag=True, help="Show per rule how often it found something, and its time.")
@click.option("--explain", metavar="CODE", help="Print what a rule does, and leave.")
@click.option("--now", metavar="WHEN", help="Check as if it were this moment (ISO 8601).")
def command(
    issues: tuple[str, ...],
    form: str,
    as_json: bool,
    segment: str | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    network: bool,
    browser: bool,
    spam: bool,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    baseline: str | None,
    write_baseline: str | None,
    changed_since: str | None,
    statistics: bool,
    explain: str | None,
    now: str | None,
) -> int:
    """Check ISSUES, or all that were not sent yet.

    Exits 1 when something at error level is found, and 2 when something that was asked for cannot be run.
    """
    if explain:
        return _explain(explain)
    mending = _Mending(fix=fix or unsafe_fixes, unsafe=unsafe_fixes, diff=diff)
    with annotating(form), open_project(now=parse_when(now, "--now")) as project:
        paths = _paths(project, issues, changed_since)
        if not paths:
            return 0
        is_whole = not (select or ignore or now or diff)
        run = partial(
            project.issues.check,
            segment=segment,
            select=select,
            ignore=ignore,
            strict=strict,
            examined=partial(_leave_receipt, project) if is_whole else None,
        )
        wanted = {"network": network, "browser": browser, "spam": spam}
        with ticker() as tell, project.outside([name for name in wanted if wanted[name]], tell) as outside:
            reports = [
                _checked(project, path, partial(run, path, outside=outside), mending) for path in paths
            ]
        if write_baseline:
            return _write_baseline(project, reports, Path(write_baseline))
        if baseline:
            reports = _without_known(project, reports, Path(baseline))
        if statistics:
            from newsletter.checks.report.statistics import format_statistics

            click.echo(format_statistics(reports), nl=False)
        elif not diff:
            click.echo(shown(reports, "json" if as_json else form, project), nl=False, color=True)
    if form == "github":
        add_job_summary(reports)
    return _exit_code(reports)


def _exit_code(reports: Sequence[CheckReport]) -> int:
    """Return 2 when the run is incomplete, as nobody knows then whether it would have passed."""
    if any(report.unable for report in reports):
        return 2
    return 1 if any(report.is_blocking for report in reports) else 0


def _leave_receipt(project: Project, context: CheckContext, report: CheckReport) -> None:
    """Leave what `send` asks for; not being able to is told, and does not fail the check."""
    from newsletter.errors import UsageError

    try:
        project.gate.record(context, report)
    except UsageError as error:
        say(str(error))


def _explain(code: str) -> int:
    from newsletter.checks.explain import explain as page_of
    from newsletter.errors import UsageError

    try:
        with open_project() as project:
            rules = project.issues.rules()
    except UsageError:  # no newsletter here, or not a sound one: the built-in rules can still be explained
        rules = None
    click.echo(page_of(code, rules))
    return 0


def _paths(project: Project, issues: Sequence[str], changed_since: str | None) -> list[Path]:
    named = [path for name in issues for path in project.issues.find_all(name)]
    paths = list(dict.fromkeys(named)) or project.issues.drafts()
    if not paths:
        say('Nothing to check: every issue was sent. Start one with: newsletter new "Subject"')
    if paths and changed_since is not None:
        from newsletter.project.issues.changed import changed_since as changed

        paths = changed(changed_since, paths, project.config.root)
        if not paths:
            say(f"Nothing to check: no issue changed since {changed_since}.")
    return paths


def _checked(
    project: Project, path: Path, check: Callable[[], CheckReport], mending: _Mending
) -> CheckReport:
    if mending.diff:
        from newsletter.project.issues.mending import show_mends

        report = check()
        click.echo(show_mends(path, report, unsafe=mending.unsafe, root=project.config.root), nl=False)
        return report
    if not mending.fix:
        return check()
    mended = project.issues.mend(path, check, unsafe=mending.unsafe)
    if mended.count:
        say(f"{mended.report.path}: mended {mended.count} {'fault' if mended.count == 1 else 'faults'}")
    return mended.report


def _write_baseline(project: Project, reports: Sequence[CheckReport], path: Path) -> int:
    from newsletter.checks.baseline import write_baseline

    count = write_baseline(path, reports, project.issues.rules())
    say(f"{path} knows {many(count, 'finding')} now. Use it with --baseline {path}")
    return 0


def _without_known(project: Project, reports: Sequence[CheckReport], path: Path) -> list[CheckReport]:
    from newsletter.checks.baseline import read_baseline

    known, rules = read_baseline(path), project.issues.rules()
    return [known.without_known(report, rules) for report in reports]
