"""The report for scripts: one JSON object of a documented, stable shape."""

from __future__ import annotations

import json
from collections.abc import Sequence

from newsletter.checks.report.tally import Tally
from newsletter.domain.finding import CheckReport, CheckResult, Finding, Severity

__all__ = ["format_json"]

_FORMAT_VERSION = 1
"""Raised when a key is renamed or removed; keys may be added."""


def format_json(reports: Sequence[CheckReport], *, timings: bool = False) -> str:
    r"""Return `reports` as JSON, ending in a newline; the same input gives the same bytes.

    Shape: `{"version": 1, "blocking": bool, "incomplete": bool, "counts":
    {"error": n, "warning": n, "info": n}, "reports": [{"path": str, "blocking": bool, "findings":
    [FINDING], "results": [RESULT]}]}`, where FINDING is `{"code", "slug", "severity", "what", "why", "fix",
    "path", "line", "column", "readers", "mend"}` (the five from "why" may be null; readers is a list of
    names; mend is "safe", "unsafe" or null, as `--fix`, `--unsafe-fixes` or only a person can mend it) and
    RESULT is `{"code", "slug", "status", "severity", "reason", "waived", "unasked", "unable", "findings":
    n}` for every rule.
    A rule that is unable was asked for and cannot run here; the run is then incomplete.
    `timings` adds `elapsed_s` to reports and results.
    """
    tally = Tally.of(reports)
    document = {
        "version": _FORMAT_VERSION,
        "blocking": tally.is_blocking,
        "incomplete": bool(tally.unable),
        "counts": {severity.value: tally.findings[severity] for severity in Severity},
        "reports": [_report(report, timings=timings) for report in reports],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _report(report: CheckReport, *, timings: bool) -> dict[str, object]:
    return {
        "path": report.path,
        "blocking": report.is_blocking,
        **({"elapsed_s": round(report.elapsed_s, 6)} if timings else {}),
        "findings": [_finding(finding) for finding in report.findings],
        "results": [_result(result, timings=timings) for result in report.results],
    }


def _finding(finding: Finding) -> dict[str, object]:
    place = finding.place
    return {
        "code": finding.code,
        "slug": finding.slug,
        "severity": finding.severity.value,
        "what": finding.what,
        "why": finding.why,
        "fix": finding.fix,
        "path": place.path if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "readers": list(finding.readers),
        "mend": None if finding.mend is None else "safe" if finding.mend.is_safe else "unsafe",
    }


def _result(result: CheckResult, *, timings: bool) -> dict[str, object]:
    return {
        "code": result.code,
        "slug": result.slug,
        "status": result.status.value,
        "severity": result.severity.value,
        "reason": result.reason,
        "waived": result.is_waived,
        "unasked": result.is_unasked,
        "unable": result.is_unable,
        "findings": len(result.findings),
        **({"elapsed_s": round(result.elapsed_s, 6)} if timings else {}),
    }
