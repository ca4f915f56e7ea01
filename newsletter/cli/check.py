"""`newsletter check`: find every fault before it leaves."""

from __future__ import annotations

import click

from newsletter.cli._console import open_project, parse_when
from newsletter.errors import UsageError

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
    """Check ISSUES, or all of them; exits 1 when something at error level is found."""
    if explain:
        from newsletter.checks.explain import explain as explain_rule

        click.echo(explain_rule(explain))
        return 0
    from newsletter.checks.report import render_reports

    with open_project(now=parse_when(now, "--now")) as project:
        paths = [project.issues.find(name) for name in issues] or list(project.issues.all())
        if not paths:
            raise UsageError('there is no issue to check; start one with: newsletter new "Subject"')
        reports = [
            project.issues.check(path, segment=segment, select=select, ignore=ignore) for path in paths
        ]
        fails = [project.issues.fails(report, strict=strict) for report in reports]
    color = click.get_current_context().color
    is_colored = click.get_text_stream("stdout").isatty() if color is None else color
    click.echo(render_reports(reports, "json" if as_json else form, color=is_colored), color=True)
    return 1 if any(fails) else 0
