"""How findings are shown: one text per format, and what CI gets beside it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsletter.cli._console import say

if TYPE_CHECKING:
    from newsletter.domain.finding import CheckReport
    from newsletter.project import Project

__all__ = ["FORMATS", "add_job_summary", "annotating", "shown"]

FORMATS = ("human", "json", "github", "junit", "sarif")


def shown(reports: Sequence[CheckReport], form: str, project: Project) -> str:
    """Return `reports` in the format `form`, one of FORMATS."""
    if form == "json":
        from newsletter.checks.report.json import format_json

        return format_json(reports)
    if form == "junit":
        from newsletter.checks.report.junit import format_junit

        return format_junit(reports)
    from newsletter.checks.report.distinct import told_once

    reports = told_once(reports)
    if form in ("github", "sarif") and (checkout := os.environ.get("GITHUB_WORKSPACE")):
        from newsletter.checks.report.checkout import in_checkout

        reports = in_checkout(reports, project.config.root, Path(checkout))
    if form == "github":
        from newsletter.checks.report.github import format_github

        return format_github(reports)
    if form == "sarif":
        from newsletter.checks.report.sarif import format_sarif

        return format_sarif(reports, project.issues.rules())
    from newsletter.checks.report.excerpt import Sources
    from newsletter.checks.report.human import format_human

    chosen = click.get_current_context().color
    is_colored = sys.stdout.isatty() if chosen is None else chosen
    return format_human(reports, Sources(project.config.root), color=is_colored)


@contextmanager
def annotating(form: str) -> Iterator[None]:
    """Show GitHub, where it is asked for, also what keeps the check from beginning, at its line."""
    from newsletter.errors import NewsletterError

    try:
        yield
    except NewsletterError as error:
        if form == "github":
            from newsletter.checks.report.checkout import problem_in_checkout
            from newsletter.checks.report.github import format_problems

            checkout = Path(os.environ.get("GITHUB_WORKSPACE") or ".")
            problems = [problem_in_checkout(one, Path.cwd(), checkout) for one in error.problems]
            click.echo(format_problems(problems), nl=False, color=True)
        raise


def add_job_summary(reports: Sequence[CheckReport]) -> None:
    """Add a page to the summary of the GitHub job this runs in, if it runs in one."""
    name = os.environ.get("GITHUB_STEP_SUMMARY")
    if not name:
        return
    from newsletter.checks.report.distinct import told_once
    from newsletter.checks.report.summary import format_summary

    try:
        with Path(name).open("a", encoding="utf-8") as page:
            page.write(format_summary(told_once(reports)))
    except OSError as error:
        say(f"The summary of the job cannot be written: {(error.strerror or '').lower()}")
