"""A fault of something issues share, such as the template, told once for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsletter.domain.finding import CheckReport, CheckResult, Finding

__all__ = ["told_once"]


def told_once(reports: Sequence[CheckReport]) -> list[CheckReport]:
    """Return `reports` without findings outside an issue's own file that an earlier report has told.

    Results keep their status, so that what was found is never called passed.
    """
    told: set[tuple[object, ...]] = set()
    return [
        replace(report, results=tuple(_fresh(result, report.path, told) for result in report.results))
        for report in reports
    ]


def _fresh(result: CheckResult, path: str, told: set[tuple[object, ...]]) -> CheckResult:
    kept = tuple(finding for finding in result.findings if _is_new(finding, path, told))
    return result if len(kept) == len(result.findings) else replace(result, findings=kept)


def _is_new(finding: Finding, path: str, told: set[tuple[object, ...]]) -> bool:
    if finding.place is None or finding.place.path == path:
        return True
    name = (finding.code, finding.place, finding.what)
    is_new = name not in told
    told.add(name)
    return is_new
