"""The report as a Markdown page, for the summary of a job in CI: every finding, none cut off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from newsletter.checks.report.tally import Tally
from newsletter.domain.finding import CheckReport, Finding, Severity

__all__ = ["format_summary"]

_MOST = 500
"""Most findings listed; the page of a GitHub job may be 1 MiB."""

_WORDS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "to know"}
_MEANINGFUL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def format_summary(reports: Sequence[CheckReport]) -> str:
    """Return a heading with the verdict, a table of findings, and what did not run."""
    tally = Tally.of(reports)
    verdict = "refused" if tally.is_blocking else "incomplete" if tally.unable else "passed"
    counts = " · ".join(f"{_WORDS[severity]} {tally.findings[severity]}" for severity in Severity)
    lines = [f"## newsletter check: {verdict}", "", counts, ""]
    found = [(report, finding) for report in reports for finding in report.findings]
    if found:
        lines += ["| | where | rule | what | mend |", "|---|---|---|---|---|"]
        lines += [_row(report, finding) for report, finding in found[:_MOST]]
        if len(found) > _MOST:
            lines += ["", f"… and {len(found) - _MOST:,} more; run `newsletter check`"]
        lines.append("")
    lines += _unfinished(reports, tally)
    return "\n".join(lines) + "\n"


def _row(report: CheckReport, finding: Finding) -> str:
    where = str(finding.place) if finding.place else report.path
    cells = (finding.severity.value, where, f"{finding.code} {finding.slug}", finding.what, finding.fix or "")
    return f"| {' | '.join(_cell(text) for text in cells)} |"


def _unfinished(reports: Sequence[CheckReport], tally: Tally) -> Iterator[str]:
    for report in reports:
        for crash in report.crashed:
            yield f"- {_cell(report.path)}: {crash.code} {crash.slug} crashed: {_cell(crash.reason or '')}"
    for reason, count in sorted(tally.unable.items()):
        yield f"- could not run ({count}): {_cell(reason)}"
    for reason, count in sorted((tally.reasons + tally.unasked).items()):
        yield f"- not run ({count}): {_cell(reason)}"


def _cell(text: str) -> str:
    return _MEANINGFUL.sub(r"\\\1", " ".join(text.split()))
