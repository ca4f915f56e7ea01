"""Findings with paths as a service counts them: from the top of the checkout, not of the newsletter in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from newsletter.domain.finding import CheckReport, CheckResult, Finding
from newsletter.errors import Problem

__all__ = ["in_checkout", "problem_in_checkout"]


def in_checkout(reports: Sequence[CheckReport], root: Path, checkout: Path) -> list[CheckReport]:
    """Return `reports` on the newsletter at `root` with paths that begin at `checkout`, a directory above it.

    As they are when it is not above it. What is no path in the newsletter, such as a variable, stays.
    """
    try:
        prefix = PurePosixPath(root.resolve().relative_to(checkout.resolve()).as_posix())
    except (OSError, ValueError):
        return list(reports)

    def moved(path: str) -> str:
        return str(prefix / path) if (root / path).exists() else path

    def finding(one: Finding) -> Finding:
        return replace(one, place=replace(one.place, path=moved(one.place.path))) if one.place else one

    def result(one: CheckResult) -> CheckResult:
        return replace(
            one, findings=tuple(map(finding, one.findings)), waived=tuple(map(finding, one.waived))
        )

    return [
        replace(report, path=moved(report.path), results=tuple(map(result, report.results)))
        for report in reports
    ]


def problem_in_checkout(problem: Problem, directory: Path, checkout: Path) -> Problem:
    """Return `problem`, whose path begins at `directory`, with one from `checkout`, if it is in there."""
    if problem.place is None:
        return problem
    try:
        path = (directory / problem.place.path).resolve(strict=True).relative_to(checkout.resolve())
    except (OSError, ValueError):
        return problem
    return replace(problem, place=replace(problem.place, path=path.as_posix()))
