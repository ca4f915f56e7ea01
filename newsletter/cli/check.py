"""`newsletter check`: find every fault before it leaves."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import open_project, parse_when, say

if TYPE_CHECKING:
    from newsletter.domain.finding import CheckReport

__all__ = ["command"]


@click.command("check")
@click.argument("issues", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["human", "json", "github", "junit", "sarif"]),
    default="human",
    show_default=True,
    help="How to show what was found.",
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--to", "segment", help="Check against this segment instead of the issue's own.")
@click.option("--select", multiple=True, metavar="CODE", help="Only these codes or prefixes; repeatable.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Not these codes or prefixes; repeatable.")
@click.option("--strict", is_flag=True, help="Warnings fail too.")
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
    explain: str | None,
    now: str | None,
) -> int:
    """Check ISSUES, or all that were not sent yet; exits 1 when something at error level is found."""
    if explain:
        from newsletter.checks.explain import explain as page_of

        click.echo(page_of(explain))
        return 0
    with open_project(now=parse_when(now, "--now")) as project:
        paths = [project.issues.find(name) for name in issues] or project.issues.drafts()
        if not paths:
            say('Nothing to check: every issue was sent. Start one with: newsletter new "Subject"')
            return 0
        reports = [
            project.issues.check(path, segment=segment, select=select, ignore=ignore, strict=strict)
            for path in paths
        ]
        root = project.config.root
    click.echo(_text(reports, "json" if as_json else form, root), nl=False, color=True)
    return 1 if any(report.is_blocking for report in reports) else 0


def _text(reports: Sequence[CheckReport], form: str, root: Path) -> str:
    if form == "json":
        from newsletter.checks.report.json import format_json

        return format_json(reports)
    if form == "github":
        from newsletter.checks.report.github import format_github

        return format_github(reports)
    if form == "junit":
        from newsletter.checks.report.junit import format_junit

        return format_junit(reports)
    if form == "sarif":
        from newsletter.checks.registry import load_rules
        from newsletter.checks.report.sarif import format_sarif

        return format_sarif(reports, load_rules())
    from newsletter.checks.report.excerpt import Sources
    from newsletter.checks.report.human import format_human

    chosen = click.get_current_context().color
    is_colored = sys.stdout.isatty() if chosen is None else chosen
    return format_human(reports, Sources(root), color=is_colored)
