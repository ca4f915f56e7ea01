"""The report in numbers: per rule how often it found something, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from newsletter.domain.finding import CheckReport, CheckResult, CheckStatus

__all__ = ["format_statistics"]


def format_statistics(reports: Sequence[CheckReport]) -> str:
    """Return a table of every rule that found something or ran, most findings first, then most time."""
    results: dict[str, list[CheckResult]] = defaultdict(list)
    for report in reports:
        for result in report.results:
            results[result.code].append(result)
    rows = [_row(of_rule) for of_rule in results.values()]
    rows.sort(key=lambda row: (-row[0], -row[2], row[3]))
    lines = ["findings  issues      ms  rule"]
    lines += [
        f"{findings:>8}  {ran:>6}  {elapsed_ms:>6.1f}  {name}" for findings, ran, elapsed_ms, name in rows
    ]
    total_ms = sum(row[2] for row in rows)
    lines.append(f"{sum(row[0] for row in rows):>8}  {len(reports):>6}  {total_ms:>6.1f}  in all")
    return "\n".join(lines) + "\n"


def _row(of_rule: Sequence[CheckResult]) -> tuple[int, int, float, str]:
    findings = sum(len(result.findings) for result in of_rule)
    ran = sum(result.status in (CheckStatus.OK, CheckStatus.FINDING) for result in of_rule)
    elapsed_ms = sum(result.elapsed_s for result in of_rule) * 1000
    return findings, ran, elapsed_ms, f"{of_rule[0].code} {of_rule[0].slug}"
